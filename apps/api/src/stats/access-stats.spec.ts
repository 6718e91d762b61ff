import { randomUUID } from 'node:crypto';
import type { Database } from '#libs/database/database.js';
import { createDatabase, type TestDatabase } from '../../../../tests/support/database.js';
import { plansOf } from '../../../../tests/support/plans.js';
import { openDatabase } from '../../../../tests/support/open-database.js';
import { AccessStatistics } from './access-stats.js';
import { AssetStatistics } from './asset-stats.js';

const TENANTS = 50;
const ROWS = 200_000;

describe('statistics of a tenant among many', () => {
  const tenantId = randomUUID();
  let server: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    server = await createDatabase();
    database = openDatabase(server.url);
    await database.query(
      '',
      `INSERT INTO access_log (day, tenant_id, asset_id, action, role, device, hits, bytes, milliseconds, labels)
       SELECT date '2026-01-01' + (n / ${TENANTS}) % 365, CASE n % ${TENANTS} WHEN 0 THEN $1::uuid
           ELSE md5((n % ${TENANTS})::text)::uuid END,
         md5(n::text)::uuid, 'stream', 'VIEWER', 'other', 1, 0, 1500, '{"provider": "one"}'
       FROM generate_series(1, ${ROWS}) AS n`,
      [tenantId],
    );
    await database.query('', 'ANALYZE access_log', []);
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  it.each(['asset', 'provider', 'day', 'user'] as const)('by %s read its days, and no others', async (groupBy) => {
    const query = { groupBy, from: '2026-03-01', to: '2026-03-31', limit: 10, scope: 'tenant' } as const;
    const stats = new AccessStatistics(database);
    const [plan] = await plansOf(database, 'access_log', () => stats.run(query, tenantId));
    expect(plan?.nodes.filter((node) => /access_log|Seq Scan/.test(node)).join()).toMatch(/access_log_kinds/);
    const { totals, series } = await stats.run(query, tenantId);
    // One row a day of this tenant's for each year of rows that were made.
    const streams = (ROWS / TENANTS / 365) * 31;
    expect(Math.abs(totals.streams - streams)).toBeLessThan(31);
    expect(totals.seconds).toBeCloseTo(totals.streams * 1.5);
    expect(series).toHaveLength(31);
  });

  it('by day tell of every day, in their order', async () => {
    const query = { groupBy: 'day', from: '2026-01-01', to: '2026-12-31', limit: 100, scope: 'tenant' } as const;
    const { groups, series } = await new AccessStatistics(database).run(query, tenantId);
    const days = groups.map(({ key }) => key);
    expect(days).toHaveLength(365);
    expect(days).toEqual(series.map(({ day }) => day));
    expect([days[0], days.at(-1)]).toEqual(['2026-01-01', '2026-12-31']);
  });

  it('by asset call one that is gone what it was called', async () => {
    const tenant = randomUUID();
    const hit = `INSERT INTO access_hits (id, day, tenant_id, asset_id, action, role, device, hits, bytes, milliseconds, filename)
                 VALUES (gen_random_uuid(), $1::date, $2::uuid, $2::uuid, 'view', 'OWNER', 'other', 1, 0, 0, $3)`;
    await database.query('', hit, ['2026-03-01', tenant, 'once.jpg']);
    await database.query('', hit, ['2026-03-02', tenant, null]);
    const query = { groupBy: 'asset', from: '2026-03-01', to: '2026-03-31', limit: 10, scope: 'tenant' } as const;
    const { groups } = await new AccessStatistics(database).run(query, tenant);
    expect(groups).toMatchObject([{ key: tenant, name: 'once.jpg', views: 2 }]);
  });

  it('of assets read those of the tenant', async () => {
    // What they keep up to date is not what is asked here, and takes a third of a millisecond a row.
    await database.query('', 'ALTER TABLE assets DISABLE TRIGGER USER', []);
    await database.query(
      '',
      `INSERT INTO assets (id, tenant_id, owner_id, object_key, filename, mime_type, kind, size)
       SELECT gen_random_uuid(), CASE n % ${TENANTS} WHEN 0 THEN $1::uuid ELSE md5((n % ${TENANTS})::text)::uuid END,
         gen_random_uuid(), n::text, 'a', 'video/mp4', 'VIDEO', 10 FROM generate_series(1, 50000) AS n`,
      [tenantId],
    );
    await database.query('', 'ANALYZE assets', []);
    const stats = new AssetStatistics(database);
    const query = { groupBy: 'kind', limit: 10, scope: 'tenant' } as const;
    const [plan] = await plansOf(database, 'assets', () => stats.run(query, tenantId));
    // By one of the indexes that begin with the tenant; which one is a matter of their sizes.
    expect(plan?.nodes.join()).toMatch(/Index (Only )?Scan assets_/);
    expect(plan?.nodes).not.toContain('Seq Scan');
    expect(await stats.run(query, tenantId)).toMatchObject({ totals: { assets: 1_000, bytes: 10_000 } });
  });
});
