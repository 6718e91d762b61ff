import type { Database } from '#libs/database/database.js';
import { put, signUp, type Account, type Answer, type PresignedBody } from '../../support/account.js';
import { whoIs } from '../../support/members.js';
import { photo as makePhoto } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { openDatabase } from '../../support/open-database.js';

type Usage = Record<'bytes' | 'files' | 'monthlyUploads' | 'transcodeMinutes', { used: number; limit: number | null }>;

const MEGABYTE = 1_000_000;

let stack: Stack;
let database: Database;
let admin: Account;

beforeAll(async () => {
  stack = await startStack({
    api: 2,
    env: { TENANT_MAX_FILES: '5000', RECONCILE_INTERVAL_SECONDS: '1' },
  });
  admin = await stack.admin();
  database = openDatabase(stack.databaseUrl);
});
afterAll(async () => {
  await database.close();
  await stack.stop();
});

const usageOf = async (account: Account): Promise<Usage> => (await account.ask<Usage>('GET', '/tenant/usage')).body;

async function limited(limits: Record<string, number | null>): Promise<Account> {
  const account = await signUp(stack.url);
  const { tenantId } = await whoIs(account);
  const answer = await admin.ask('PATCH', `/admin/tenants/${tenantId}`, limits);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return account;
}

function presign(
  account: Account,
  fileSize: number,
  url = stack.url,
): Promise<Answer<PresignedBody & { code?: string }>> {
  const asking = Object.assign(Object.create(account) as Account, { url });
  return asking.ask('POST', '/uploads/presign', { filename: 'a.jpg', contentType: 'image/jpeg', fileSize });
}

/** Asks again where the answer is that the server is busy, as clients do. */
async function persistently<Body>(ask: () => Promise<Answer<Body>>): Promise<Answer<Body>> {
  return until(ask, ({ status }) => status !== 503, 100_000);
}

/** What the counters should say, counted from the rows. */
async function recounted(account: Account): Promise<Pick<Usage, 'bytes' | 'files'>> {
  const { tenantId } = await whoIs(account);
  const [row] = await database.query<{ bytes: string; files: string }>(
    'recount',
    `SELECT sum(size) AS bytes, count(*) AS files FROM (
       SELECT size FROM assets WHERE tenant_id = $1
       UNION ALL SELECT size FROM uploads WHERE tenant_id = $1 AND state = 'WAITING') x`,
    [tenantId],
  );
  const { bytes, files } = await usageOf(account);
  return {
    bytes: { used: Number(row?.bytes ?? 0), limit: bytes.limit },
    files: { used: Number(row?.files ?? 0), limit: files.limit },
  };
}

describe('a quota', () => {
  it('lets exactly as many of 1,000 presigns pass, over two processes, as fit into the last free megabyte', async () => {
    const size = 7_919;
    const account = await limited({ bytes: 3 * MEGABYTE });
    expect((await presign(account, 2 * MEGABYTE)).status).toBe(201);
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => persistently(() => presign(account, size, stack.urls[index % 2]))),
    );
    const passed = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ body }) => body.code === 'QUOTA_EXCEEDED');
    expect(passed).toHaveLength(Math.floor(MEGABYTE / size));
    expect(passed.length + refused.length).toBe(1_000);
    const used = 2 * MEGABYTE + passed.length * size;
    for (const { body } of refused)
      expect(body).toMatchObject({ status: 403, quota: 'bytes', used, limit: 3 * MEGABYTE });
    const usage = await usageOf(account);
    expect(usage).toMatchObject({
      bytes: { used },
      files: { used: passed.length + 1 },
      monthlyUploads: { used: passed.length + 1 },
    });
    expect(await recounted(account)).toEqual({ bytes: usage.bytes, files: usage.files });
    // To the byte.
    expect((await presign(account, 3 * MEGABYTE - used)).status).toBe(201);
    expect((await presign(account, 1)).body).toMatchObject({ code: 'QUOTA_EXCEEDED' });
  });

  it('of files and of monthly uploads holds too, and by default as the settings say', async () => {
    const [few, seldom, ordinary] = [
      await limited({ files: 2 }),
      await limited({ monthlyUploads: 2 }),
      await signUp(stack.url),
    ];
    for (const [account, quota] of [
      [few, 'files'],
      [seldom, 'monthlyUploads'],
    ] as const) {
      const answers = await Promise.all(
        Array.from({ length: 5 }, (_, index) => presign(account, 10, stack.urls[index % 2])),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 403, 403, 403]);
      expect(answers.find(({ status }) => status === 403)?.body).toMatchObject({ quota, used: 2, limit: 2 });
    }
    expect(await usageOf(ordinary)).toMatchObject({ bytes: { limit: null }, files: { used: 0, limit: 5_000 } });
    expect(await usageOf(await limited({ files: 0 }))).toMatchObject({ files: { limit: null } });
  });

  it('is settled at complete, and given back at deletion', async () => {
    const account = await limited({ bytes: 10 * MEGABYTE });
    const photo = await makePhoto();
    const presigned = await account.presign(photo);
    expect(await usageOf(account)).toMatchObject({ bytes: { used: photo.length }, files: { used: 1 } });
    await put(presigned, photo);
    const completed = await Promise.all([1, 2, 3].map(() => account.complete(presigned.uploadId)));
    expect(await usageOf(account)).toMatchObject({ bytes: { used: photo.length }, files: { used: 1 } });
    const assetId = completed[0]?.body.assetId ?? '';
    await account.settled(assetId);
    expect((await account.ask('DELETE', `/assets/${assetId}?permanent=true`)).status).toBeLessThan(500);
    const { tenantId } = await whoIs(account);
    await database.client.asset.deleteMany({ where: { tenantId } });
    expect(await usageOf(account)).toMatchObject({
      bytes: { used: 0 },
      files: { used: 0 },
      monthlyUploads: { used: 1 },
    });
  });

  it('counts new content besides the old, while it waits and when it came to nothing', async () => {
    const account = await limited({ bytes: 10 * MEGABYTE });
    const upload = (bytes: Buffer) => account.upload(bytes, { about: { resource: 'product', resourceId: '1' } });
    const [old, photo] = [await makePhoto(64, 48), await makePhoto(120, 90)];
    const broken = Buffer.concat([photo.subarray(0, 600), Buffer.alloc(500, 7)]);
    const { assetId } = await upload(old);
    await account.settled(assetId);
    expect((await upload(broken)).assetId).toBe(assetId);
    const used = async () => (await usageOf(account)).bytes.used;
    expect(await used()).toBe(old.length + broken.length);
    await until(
      () => account.ask<{ warnings: unknown[] }>('GET', `/assets/${assetId}`),
      ({ body }) => body.warnings.length > 0,
    );
    expect(await used()).toBe(old.length + broken.length);
    await upload(photo);
    expect(await until(used, (bytes) => bytes < old.length + photo.length)).toBe(photo.length);
    await upload(broken);
    expect(await used()).toBe(photo.length + broken.length);
    expect((await account.ask('DELETE', `/assets/${assetId}?permanent=true`)).status).toBe(204);
    expect(await usageOf(account)).toMatchObject({ bytes: { used: 0 }, files: { used: 0 } });
  });

  it('is given back when the upload is rejected', async () => {
    const account = await limited({ bytes: 10 * MEGABYTE });
    const text = Buffer.from('this is no picture at all');
    const presigned = await account.presign(text);
    await put(presigned, text);
    expect((await account.complete(presigned.uploadId)).body).toMatchObject({ code: 'CONTENT_TYPE_MISMATCH' });
    expect(await usageOf(account)).toMatchObject({
      bytes: { used: 0 },
      files: { used: 0 },
      monthlyUploads: { used: 0 },
    });
  });

  it('is given back when uploads expire', async () => {
    const account = await limited({ bytes: 1_000, files: 10 });
    for (let count = 0; count < 4; count++) expect((await presign(account, 250)).status).toBe(201);
    expect((await presign(account, 250)).status).toBe(403);
    const { tenantId } = await whoIs(account);
    await database.client.upload.updateMany({ where: { tenantId }, data: { expiresAt: new Date(0) } });
    await until(
      () => usageOf(account),
      ({ files }) => files.used === 0,
    );
    expect(await usageOf(account)).toMatchObject({ bytes: { used: 0 }, monthlyUploads: { used: 0 } });
    expect((await presign(account, 1_000)).status).toBe(201);
  });

  it('of a month begins anew with the next', async () => {
    const account = await limited({ monthlyUploads: 1 });
    expect((await presign(account, 10)).status).toBe(201);
    expect((await presign(account, 10)).status).toBe(403);
    const { tenantId } = await whoIs(account);
    await database.client.tenantQuota.update({ where: { tenantId }, data: { month: new Date(0) } });
    expect(await usageOf(account)).toMatchObject({ monthlyUploads: { used: 0, limit: 1 } });
    expect((await presign(account, 10)).status).toBe(201);
    expect(await usageOf(account)).toMatchObject({ monthlyUploads: { used: 1 } });
  });

  it.each([
    [{}],
    [{ bytes: -1 }],
    [{ bytes: 1.5 }],
    [{ bytes: '1' }],
    [{ streams: {} }],
    [{ bytes: 1e300 }],
    [undefined],
  ])('is not %p', async (limits) => {
    const { tenantId } = await whoIs(await signUp(stack.url));
    expect((await admin.ask('PATCH', `/admin/tenants/${tenantId}`, limits)).body).toMatchObject({
      code: 'VALIDATION_FAILED',
    });
  });
});
