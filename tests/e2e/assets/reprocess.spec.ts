import path from 'node:path';
import { DiskObjectStore } from '#libs/storage/disk/disk-store.js';
import { signUp, type Account, type AssetBody } from '../../support/account.js';
import { photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

interface JobBody {
  id: string;
  kind: string;
  state: string;
  tier: string;
  assetId: string | null;
  createdAt: string;
  startedAt: string | null;
  payload: { version?: number };
}

const BULK = 200;
const CONCURRENCY = 2;

const TEXT = { filename: 'words.txt', contentType: 'text/plain' };

let stack: Stack;
let objects: DiskObjectStore;
let admin: Account;
let account: Account;
let small: Buffer;

beforeAll(async () => {
  stack = await startStack({ env: { WORKER_CONCURRENCY: String(CONCURRENCY) } });
  const root = path.join(stack.directory, 'data', 'objects');
  objects = new DiskObjectStore({ root, publicUrl: stack.url, secret: 'signs nothing' });
  [admin, account, small] = await Promise.all([stack.admin(), signUp(stack.url), photo(64, 48)]);
});
afterAll(() => stack.stop());

const reprocess = (filter: object, headers: Record<string, string> = {}) =>
  admin.ask<{ queued: number }>('POST', '/assets/reprocess', filter, headers);

const see = async (assetId: string): Promise<AssetBody> => {
  const { body } = await account.ask<AssetBody>('GET', `/assets/${assetId}`);
  return body;
};

async function jobsOf(assetId: string): Promise<JobBody[]> {
  const { body } = await admin.ask<{ items: JobBody[] }>('GET', `/jobs?assetId=${assetId}&kind=process-asset`);
  return body.items;
}

const pause = () => admin.ask('POST', '/queues/process-asset/pause');
const resume = () => admin.ask('POST', '/queues/process-asset/resume');

const pathOf = (url: string | null) => new URL(url ?? 'missing:').pathname;
const statusOf = async (url: string | null) => (await fetch(url ?? 'missing:')).status;

it('serves an asset as it is until the new outputs take the place of the old ones, which go', async () => {
  const { assetId, objectKey } = await account.upload(small);
  const before = await account.settled(assetId);
  const prefix = objectKey.replace(/original$/, '');
  const first = (await stack.objects(prefix)).filter((key) => key !== objectKey);
  expect(first).toHaveLength(2);

  await pause();
  const answer = await reprocess({ assetIds: [assetId] });
  expect([answer.status, answer.body]).toEqual([202, { queued: 1 }]);
  const during = await see(assetId);
  expect(during).toMatchObject({ status: 'READY', failure: null });
  expect(pathOf(during.thumbnailUrl)).toBe(pathOf(before.thumbnailUrl));
  expect(await statusOf(during.thumbnailUrl)).toBe(200);
  expect((await reprocess({ assetIds: [assetId] })).body).toEqual({ queued: 0 });

  await resume();
  let shown = during;
  const swapped = () =>
    until(
      async () => (shown = await see(assetId)),
      (asset) => {
        expect(asset.status).toBe('READY');
        return pathOf(asset.thumbnailUrl) !== pathOf(before.thumbnailUrl);
      },
    );
  await swapped();
  // Whoever got the page a moment ago still sees its pictures.
  const [job] = await jobsOf(assetId);
  expect(job).toMatchObject({ tier: 'bulk', state: 'COMPLETED' });
  expect(await statusOf(shown.thumbnailUrl)).toBe(200);
  expect(await stack.objects(prefix)).toEqual(expect.arrayContaining(first));
  await stack.forgetUrls();
  const left = await until(
    () => stack.objects(prefix),
    (keys) => !keys.some((key) => first.includes(key)),
  );
  expect(left).toEqual([`${prefix}2/preview.webp`, `${prefix}2/thumbnail.webp`, objectKey]);
  expect(await statusOf((await see(assetId)).previewUrl)).toBe(200);
});

it('keeps an asset READY that can no longer be processed, and says so', async () => {
  const { assetId, objectKey } = await account.upload(small);
  const before = await account.settled(assetId);
  await objects.delete([objectKey]);
  expect((await reprocess({ assetIds: [assetId] })).body).toEqual({ queued: 1 });
  const jobs = await until(
    () => jobsOf(assetId),
    ([job]) => job?.state === 'FAILED',
  );
  expect(jobs[0]).toMatchObject({ errorCode: 'OBJECT_LOST' });
  const after = await see(assetId);
  expect(after).toMatchObject({ status: 'READY', warnings: [{ code: 'REPROCESSING_FAILED' }] });
  expect(pathOf(after.thumbnailUrl)).toBe(pathOf(before.thumbnailUrl));
  expect(await statusOf(after.thumbnailUrl)).toBe(200);
});

it('finds assets by every filter, for administrators only', async () => {
  const someone = await signUp(stack.url);
  const [picture, text] = [await someone.upload(small), await someone.upload(Buffer.from('a few words\n'), TEXT)];
  for (const { assetId } of [picture, text]) await someone.settled(assetId);
  await pause();
  const tenantId = picture.objectKey.split('/', 1)[0];
  for (const [filter, queued] of [
    [{ tenantId, status: 'FAILED' }, 0],
    [{ tenantId, kind: 'VIDEO' }, 0],
    [{ tenantId, createdTo: '2020-01-01T00:00:00Z' }, 0],
    [{ tenantId, createdFrom: '2120-01-01T00:00:00Z' }, 0],
    [{ tenantId, mimeType: 'text/plain' }, 1],
    [{ tenantId, kind: 'IMAGE', status: 'READY', createdFrom: '2020-01-01T00:00:00+02:00' }, 1],
    [{ tenantId }, 0],
  ] as const)
    expect((await reprocess(filter)).body).toEqual({ queued });
  await resume();

  for (const filter of [{ status: 'LOST' }, { assetIds: [] }, { assetIds: ['x'] }, { all: true }, { mimeType: '\0' }])
    expect((await reprocess(filter)).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  expect((await account.ask('POST', '/assets/reprocess', {})).body).toMatchObject({ status: 403 });

  const { body } = await admin.ask<{ items: { payload: object }[] }>('GET', '/audit?action=asset.reprocessed&limit=2');
  expect(body.items.map(({ payload }) => payload)).toEqual([
    { tenantId, kind: 'IMAGE', status: 'READY', createdFrom: '2019-12-31T22:00:00.000Z' },
    { tenantId, mimeType: 'text/plain' },
  ]);
});

it('is asked once by a request that is sent twice with the same Idempotency-Key', async () => {
  const { assetId } = await account.upload(small);
  await account.settled(assetId);
  const key = { 'idempotency-key': 'reprocess-1' };
  const first = await reprocess({ assetIds: [assetId] }, key);
  await until(
    () => jobsOf(assetId),
    (jobs) => jobs.length === 2 && jobs.every(({ state }) => state === 'COMPLETED'),
  );
  const again = await reprocess({ assetIds: [assetId] }, key);
  expect([first.status, again.status]).toEqual([202, 202]);
  expect(again.body).toEqual({ queued: 1 });
  expect(await jobsOf(assetId)).toHaveLength(2);
});

it(`lets whoever uploads go before ${BULK} bulk jobs`, async () => {
  const someone = await signUp(stack.url);
  const assetIds: string[] = [];
  let tenantId = '';
  while (assetIds.length < BULK) {
    const uploads = await Promise.all(Array.from({ length: 10 }, () => someone.upload(small)));
    assetIds.push(...uploads.map(({ assetId }) => assetId));
    tenantId = uploads[0]?.objectKey.split('/', 1)[0] ?? '';
  }
  for (const assetId of assetIds) await someone.settled(assetId);

  expect((await reprocess({ assetIds })).body).toEqual({ queued: BULK });
  await until(
    () => bulkStarts(tenantId),
    (starts) => starts.length > 5,
  );
  // Nothing is begun while the upload is being recorded, however long that takes.
  await pause();
  const { assetId } = await someone.upload(small);
  await resume();
  await someone.settled(assetId);
  const [job] = await jobsOf(assetId);
  if (!job?.startedAt) throw new Error('the upload has no job that was started');
  const { createdAt, startedAt } = job;
  // It was a race: the bulk was not done.
  const starts = await until(
    () => bulkStarts(tenantId),
    (all) => all.some((at) => at > startedAt),
  );
  // What other slots took in the same moment.
  expect(starts.filter((at) => at > createdAt && at < startedAt).length).toBeLessThanOrEqual(CONCURRENCY);
});

/** When the bulk jobs of a tenant were started that were. */
async function bulkStarts(tenantId: string): Promise<string[]> {
  const starts: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = `tenantId=${tenantId}&kind=process-asset&limit=200${cursor && `&cursor=${cursor}`}`;
    const { body } = await admin.ask<{ items: JobBody[]; nextCursor: string | null }>('GET', `/jobs?${query}`);
    starts.push(...body.items.flatMap(({ tier, startedAt }) => (tier === 'bulk' && startedAt ? [startedAt] : [])));
    cursor = body.nextCursor;
  }
  return starts;
}
