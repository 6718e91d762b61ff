// What a second wall between tenants costs a query: ours, and row-level security in the two ways it can be had.
//   node scripts/prepare.mjs && node bench/tenant-wall.mjs
// All ways take turns in one run, on one connection each, so that whatever else the machine does hits them alike.
import pg from 'pg';
import { Database } from '../dist/libs/database/database.js';
import { migrate } from '../dist/libs/database/migrate.js';
import { withinTenant } from '../dist/libs/database/wall/tenant-scope.js';
import { guard } from '../dist/libs/database/wall/wall.js';
import { openLab } from './lab.mjs';

const TENANTS = 100;
const ASSETS_EACH = 100;
const ROUNDS = Number(process.argv[2] ?? 2_000);
const QUERY = 'SELECT id, filename FROM assets WHERE id = $1 AND tenant_id = $2';
const WALLED = QUERY.replace('assets', 'walled');

const lab = await openLab();
const database = new Database({
  url: lab.url,
  poolSize: 1,
  applicationName: 'bench',
  onIdleError: () => undefined,
});
const restricted = new pg.Client(lab.url);
try {
  await migrate(lab.url);
  await restricted.connect();
  const assets = await fill(restricted);
  await restrict(restricted);
  const ways = {
    'SQL, no second wall': ({ id, tenant }) => database.query('bench', QUERY, [id, tenant]),
    'SQL, statement wall': ({ id, tenant }) => withinTenant(tenant, () => database.query('bench', QUERY, [id, tenant])),
    'SQL, RLS, SET LOCAL in a transaction': async ({ id, tenant }) => {
      await restricted.query('BEGIN');
      await restricted.query({ name: 'set', text: "SELECT set_config('app.tenant_id', $1, true)", values: [tenant] });
      await restricted.query({ name: 'bench', text: WALLED, values: [id, tenant] });
      await restricted.query('COMMIT');
    },
    'SQL, RLS, set for the connection': async ({ id, tenant }) => {
      await restricted.query({ name: 'set2', text: "SELECT set_config('app.tenant_id', $1, false)", values: [tenant] });
      await restricted.query({ name: 'bench', text: WALLED, values: [id, tenant] });
    },
    'Prisma, no second wall': ({ id, tenant }) => database.client.asset.findFirst({ where: { id, tenantId: tenant } }),
    'Prisma, statement wall': ({ id, tenant }) =>
      withinTenant(tenant, () => database.client.asset.findFirst({ where: { id, tenantId: tenant } })),
  };
  const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let round = -100; round < ROUNDS; round++)
    for (const [way, ask] of Object.entries(ways)) {
      const asset = assets[Math.floor(Math.random() * assets.length)];
      const begun = performance.now();
      await ask(asset);
      if (round >= 0) times[way].push(performance.now() - begun);
    }
  for (const [way, samples] of Object.entries(times)) report(way, samples);
  console.log(`the wall alone: ${wallAlone(assets[0]).toFixed(2)} µs a statement`);
} finally {
  await restricted.end();
  await database.close();
  await lab.close();
}

async function fill(client) {
  await client.query(
    `INSERT INTO tenants (id, name) SELECT gen_random_uuid(), 'bench ' || n FROM generate_series(1, $1::int) n`,
    [TENANTS],
  );
  const { rows } = await client.query(
    `INSERT INTO assets (id, tenant_id, owner_id, object_key, filename, mime_type, kind, size)
     SELECT gen_random_uuid(), t.id, t.id, t.id || '/' || n, 'a.jpg', 'image/jpeg', 'IMAGE', 1
     FROM tenants t, generate_series(1, $1::int) n RETURNING id, tenant_id AS tenant`,
    [ASSETS_EACH],
  );
  await client.query('ANALYZE');
  return rows;
}

/** A copy of the table, whose policy holds for its owner too: who may make no role of its own has no other way. */
async function restrict(client) {
  await client.query(`
    CREATE TABLE walled (LIKE assets INCLUDING ALL);
    INSERT INTO walled SELECT * FROM assets;
    ANALYZE walled;
    ALTER TABLE walled ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON walled USING (tenant_id = current_setting('app.tenant_id')::uuid)`);
}

function report(way, samples) {
  samples.sort((a, b) => a - b);
  const at = (share) => Math.round(samples[Math.floor(samples.length * share)] * 1000);
  console.log(`${way.padEnd(38)} p50 ${String(at(0.5)).padStart(6)} µs   p95 ${String(at(0.95)).padStart(6)} µs`);
}

function wallAlone({ id, tenant }) {
  const calls = 200_000;
  const begun = performance.now();
  withinTenant(tenant, () => {
    for (let call = 0; call < calls; call++) guard(QUERY, [id, tenant]);
  });
  return ((performance.now() - begun) / calls) * 1000;
}
