import { createDatabase, type TestDatabase } from '../../tests/support/database.js';
import { Rows } from '../../tests/support/rows.js';
import { openDatabase } from '../../tests/support/open-database.js';
import type { Database } from '../database/database.js';
import { enqueue } from './enqueue.js';
import { Leases } from './leases.js';
import { reprocess } from './reprocess.js';

let testDatabase: TestDatabase;
let database: Database;
let rows: Rows;

beforeAll(async () => {
  testDatabase = await createDatabase();
  database = openDatabase(testDatabase.url);
});

beforeEach(async () => {
  await database.client.$executeRaw`TRUNCATE assets, jobs, queue_clocks, tenant_clocks CASCADE`;
  rows = new Rows(database);
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

/** As callers do: the rows are locked, then the jobs are made. */
const again = (...ids: string[]): Promise<number> =>
  database.transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM assets WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
    return reprocess(tx, ids);
  });

const jobsOf = (assetId: string) =>
  database.client.job.findMany({ where: { assetId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });

const finishAll = () => database.client.job.updateMany({ data: { state: 'COMPLETED', finishedAt: new Date() } });

const enqueueFirst = (assetId: string, tier: 'interactive' | 'bulk' = 'interactive') =>
  database.transaction((tx) =>
    enqueue(tx, { kind: 'process-asset', tenantId: rows.tenantId, assetId, payload: { version: 1 }, tier }),
  );

it('makes one bulk job an asset, each a version that was never given out before', async () => {
  const { id } = await rows.asset();
  await enqueueFirst(id);
  await finishAll();
  for (const version of [2, 3]) {
    expect(await again(id)).toBe(1);
    expect((await jobsOf(id)).at(-1)).toMatchObject({
      kind: 'process-asset',
      tenantId: rows.tenantId,
      tier: 1,
      state: 'WAITING',
      payload: { version },
      maxAttempts: 10,
    });
    await finishAll();
  }
});

it('knows the version from what is shown when the jobs are forgotten', async () => {
  const { id } = await rows.asset({}, { version: 12, kinds: ['thumbnail'] });
  await again(id);
  expect(await jobsOf(id)).toMatchObject([{ payload: { version: 13 } }]);
});

it.each(['WAITING', 'DELAYED', 'ACTIVE'] as const)('leaves out an asset whose job is %s', async (state) => {
  const [busy, idle] = [await rows.asset(), await rows.asset()];
  await enqueueFirst(busy.id);
  const lease = state === 'ACTIVE' ? { leaseToken: busy.id } : {};
  await database.client.job.updateMany({ data: { state, ...lease } });
  expect(await again(busy.id, idle.id)).toBe(1);
  expect(await jobsOf(busy.id)).toHaveLength(1);
  expect(await jobsOf(idle.id)).toHaveLength(1);
});

it('keeps what is READY as it is, and lets anything else wait anew', async () => {
  const ready = await rows.asset();
  const failed = await rows.asset({ status: 'FAILED', failureCode: 'CORRUPT_FILE', failureReason: 'Broken.' });
  const stuck = await rows.asset({ status: 'PROCESSING' });
  expect(await again(ready.id, failed.id, stuck.id)).toBe(3);
  const now = await database.client.asset.findMany({ orderBy: { id: 'asc' } });
  expect(now).toMatchObject([
    { id: ready.id, status: 'READY', updatedAt: ready.updatedAt },
    { id: failed.id, status: 'PENDING', failureCode: null, failureReason: null },
    { id: stuck.id, status: 'PENDING' },
  ]);
});

it('finds an asset once however many ask at the same time', async () => {
  const ids: string[] = [];
  while (ids.length < 20) ids.push((await rows.asset()).id);
  const counts = await Promise.all(Array.from({ length: 4 }, () => again(...ids)));
  expect(counts.reduce((sum, count) => sum + count)).toBe(20);
  expect(await database.client.job.count()).toBe(20);
});

it('waits for whoever uploads, and is shared by tenants as equals', async () => {
  const other = new Rows(database);
  const mine = [await rows.asset(), await rows.asset(), await rows.asset()];
  const theirs = [await other.asset(), await other.asset()];
  expect(await again(...mine.map(({ id }) => id))).toBe(3);
  expect(await again(...theirs.map(({ id }) => id))).toBe(2);
  const uploaded = await rows.asset({ status: 'PENDING' });
  await enqueueFirst(uploaded.id);

  const leases = new Leases(database, 'test', 60);
  const served: (string | null | undefined)[] = [];
  for (let turn = 0; turn < 6; turn++) served.push((await leases.claim('process-asset'))?.assetId);
  expect(served[0]).toBe(uploaded.id);
  // In the order in which they were made, turn by turn.
  expect(served.filter((id) => mine.some((asset) => asset.id === id))).toEqual(mine.map(({ id }) => id));
  expect(served.slice(1, 5).filter((id) => theirs.some((asset) => asset.id === id))).toHaveLength(2);
});
