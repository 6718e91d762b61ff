import { randomUUID } from 'node:crypto';
import type { Database } from '#libs/database/database.js';
import { createDatabase, type TestDatabase } from '../../../../tests/support/database.js';
import { plansOf } from '../../../../tests/support/plans.js';
import { openDatabase } from '../../../../tests/support/open-database.js';
import { encodeCursor } from '../http/page.js';
import { FindJobs } from './find-jobs.js';
import { jobListQuery } from './job.schema.js';

const ROWS = 50_000;

describe('the list of jobs', () => {
  let server: TestDatabase;
  let database: Database;
  let findJobs: FindJobs;
  const assetId = randomUUID();

  beforeAll(async () => {
    server = await createDatabase();
    database = openDatabase(server.url);
    findJobs = new FindJobs(database);
    await database.client.$executeRaw`
      INSERT INTO jobs (id, kind, tenant_id, asset_id, state, fair_tag, max_attempts, created_at)
      SELECT gen_random_uuid(), CASE WHEN i % 3 = 0 THEN 'delete-objects' ELSE 'process-asset' END, gen_random_uuid(),
        CASE WHEN i = 7 THEN ${assetId}::uuid ELSE gen_random_uuid() END,
        (CASE WHEN i % 500 = 0 THEN 'FAILED' ELSE 'COMPLETED' END)::job_state, i, 5, now() - i * interval '1 minute'
      FROM generate_series(1, ${ROWS}::int) AS i`;
    await database.client.$executeRaw`ANALYZE jobs`;
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  const cursor = encodeCursor({ at: new Date(Date.now() - (ROWS / 2) * 60_000), id: randomUUID() });

  it.each([
    ['all of them', {}],
    ['those further on', { cursor }],
    ['by state', { state: 'FAILED' }],
    ['by state, further on', { state: 'FAILED', cursor }],
    ['by kind', { kind: 'delete-objects' }],
    ['by kind, further on', { kind: 'delete-objects', cursor }],
    ['by asset', { assetId }],
  ])('reads no more rows than it shows: %s', async (_name, query) => {
    const [plan, ...others] = await plansOf(database, 'jobs', () => findJobs.list(jobListQuery.parse(query)));
    expect(others).toEqual([]);
    expect(plan?.nodes).toEqual(['Limit', expect.stringMatching(/^Index Scan jobs_/)]);
  });

  it('finds the one job of an asset', async () => {
    const { items } = await findJobs.list(jobListQuery.parse({ assetId }));
    expect(items).toMatchObject([{ assetId, state: 'COMPLETED', tier: 'interactive' }]);
  });

  it('goes on where a page of equal times ended', async () => {
    await database.client.$executeRaw`
      UPDATE jobs SET created_at = date_trunc('second', now()) WHERE kind = 'delete-objects' AND state = 'FAILED'`;
    const filter = { kind: 'delete-objects', state: 'FAILED', limit: 5 } as const;
    const seen: string[] = [];
    for (let next: string | null | undefined; next !== null;) {
      const page = await findJobs.list(jobListQuery.parse({ ...filter, ...(next && { cursor: next }) }));
      seen.push(...page.items.map(({ id }) => id));
      next = page.nextCursor;
    }
    expect(seen).toHaveLength(await database.client.job.count({ where: { kind: filter.kind, state: filter.state } }));
    expect(new Set(seen).size).toBe(seen.length);
  });
});
