import { createDatabase } from '../../../tests/support/database.js';
import { openDatabase } from '../../../tests/support/open-database.js';
import { TENANT_TABLES, verdictOn } from './statement.js';

/** Tables with a tenant_id that are not behind the wall, and why. */
const NOT_WALLED = {
  access_hits: 'is written for many tenants at once',
  access_log: 'is summed up over all tenants for administrators',
  audit_logs: 'is written by everybody and read by administrators alone',
  people: 'is a view of what everybody may know of accounts',
  playbacks: 'is asked by account, which is narrower',
  tenant_clocks: 'is what tenants are compared by',
};

it('knows every table whose rows belong to a tenant', async () => {
  const server = await createDatabase();
  const database = openDatabase(server.url);
  const rows = await database.query<{ name: string }>(
    'tables',
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'tenant_id' ORDER BY 1`,
    [],
  );
  expect(rows.map(({ name }) => name)).toEqual([...TENANT_TABLES, ...Object.keys(NOT_WALLED)].sort());
  await database.close();
  await server.drop();
});

describe('a statement', () => {
  it.each([
    [
      'SELECT "public"."assets"."id", "public"."assets"."tenant_id" FROM "public"."assets" WHERE "public"."assets"."id" = $1',
    ],
    ['SELECT * FROM assets WHERE id = $1 ORDER BY tenant_id'],
    ['SELECT * FROM assets -- tenant_id = $1'],
    ["SELECT * FROM assets WHERE title = 'tenant_id = $1'"],
    ['UPDATE jobs SET state = $1 WHERE id = $2'],
    ['DELETE FROM uploads WHERE owner_id = $1'],
    ['INSERT INTO assets (id, owner_id) VALUES ($1, $2)'],
    ['SELECT count(*) FROM renditions r JOIN assets a ON a.id = r.asset_id'],
    ['WITH mine AS (SELECT id FROM users WHERE email = $1) SELECT * FROM mine'],
  ])('that names no tenant is forgetful: %s', (sql) => {
    expect(verdictOn(sql)).toBe('forgetful');
    expect(verdictOn(sql)).toBe('forgetful');
  });

  it.each([
    ['SELECT * FROM "public"."assets" WHERE ("public"."assets"."id" = $1 AND "public"."assets"."tenant_id" = $2)', [1]],
    ['UPDATE jobs SET state = $2 WHERE tenant_id = $1::uuid', [0]],
    ['INSERT INTO "public"."assets" ("id","tenant_id","owner_id") VALUES ($1,$2,$3) RETURNING "id"', [1]],
    ['INSERT INTO api_keys AS k (tenant_id, id) VALUES ($1::uuid, $2)', [0]],
    ['SELECT FROM assets a JOIN users u ON u.id = a.owner_id WHERE a.tenant_id = $3 AND u.tenant_id = $4', [2, 3]],
  ])('says where it names it: %s', (sql, places) => {
    expect(verdictOn(sql)).toEqual(places);
  });

  it('that writes what a query finds names it somewhere', () => {
    const insert = 'INSERT INTO jobs (id, tenant_id) SELECT $1, tenant_id FROM wanted';
    expect(verdictOn(insert)).toBe('somewhere');
    const clock = 'WITH clock AS (INSERT INTO tenant_clocks AS c (queue, tenant_id) SELECT $1, $2 RETURNING finish)';
    expect(verdictOn(`${clock} ${insert}`)).toBe('somewhere');
  });

  it.each(['SELECT 1', 'SELECT * FROM sessions WHERE id = $1', 'BEGIN', 'SELECT assets_of FROM "renditions"'])(
    'about no tenant’s rows is free: %s',
    (sql) => {
      expect(verdictOn(sql)).toBe('free');
    },
  );
});
