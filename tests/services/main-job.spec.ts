import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import sharp from 'sharp';
import { put, signUp, type Account } from '../support/account.js';
import { formBytes } from '../support/form.js';
import { openDatabase } from '../support/open-database.js';
import { photo } from '../support/photos.js';
import { startStack, type Stack } from '../support/stack.js';
import { until } from '../support/until.js';

const SERVICES = [
  'REDIS_URL',
  'S3_BUCKET',
  'S3_ENDPOINT',
  'S3_REGION',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
] as const;

let stack: Stack;
let account: Account;
let jpeg: Buffer;

/** As an operator does, by the command. */
function makeBucket(env: Record<string, string>): void {
  const rest = {
    DATABASE_URL: 'postgresql://unused/unused',
    JWT_SECRET: 'j'.repeat(32),
    URL_SIGNING_SECRET: 'u'.repeat(32),
  };
  execFileSync(process.execPath, ['dist/libs/storage/ensure-bucket.js'], { env: { ...rest, ...env } });
}

/** PostgreSQL, Redis and S3 as services, two APIs and two workers as processes: as on a cluster. */
beforeAll(async () => {
  const env = Object.fromEntries(SERVICES.map((name) => [name, process.env[name] ?? '']));
  makeBucket(env);
  stack = await startStack({ api: 2, workers: 2, env });
  [account, jpeg] = await Promise.all([signUp(stack.url), photo()]);
});
afterAll(() => stack.stop());

it('does the main job on Redis and S3', async () => {
  const { assetId, objectKey } = await account.upload(jpeg, { filename: 'Ärger.jpg' });
  const asset = await account.settled(assetId);
  expect(asset).toMatchObject({ status: 'READY', width: 1600, height: 1200, warnings: [] });
  const download = await fetch(asset.downloadUrl);
  expect(download.headers.get('content-disposition')).toContain("filename*=UTF-8''%C3%84rger.jpg");
  expect(Buffer.from(await download.arrayBuffer()).equals(jpeg)).toBe(true);
  for (const [url, width] of [
    [asset.thumbnailUrl, 320],
    [asset.previewUrl, 1440],
  ] as const) {
    const bytes = Buffer.from(await (await fetch(url ?? '')).arrayBuffer());
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width });
  }
  expect((await account.ask('DELETE', `/assets/${assetId}?permanent=true`)).status).toBe(204);
  await until(
    () => stack.objects(objectKey.replace(/original$/, '')),
    (keys) => keys.length === 0,
  );
});

it('has the store itself refuse what was not declared', async () => {
  const presigned = await account.presign(jpeg);
  const other = Buffer.from(jpeg);
  other[other.length - 1] = 0;
  for (const attempt of [
    put(presigned, jpeg.subarray(1)),
    put(presigned, jpeg, { 'Content-Type': 'image/png' }),
    put(presigned, other),
  ])
    expect((await attempt).ok).toBe(false);
  expect(await stack.objects(presigned.objectKey)).toEqual([]);
});

it('puts a file together from parts, completed at both APIs at once', async () => {
  const large = Buffer.concat([jpeg, Buffer.alloc(9 * 1024 * 1024, 'media')]);
  const declared = { filename: 'large.jpg', contentType: 'image/jpeg', fileSize: large.length };
  const begun = await account.ask<{ uploadId: string; parts: { size: number } }>(
    'POST',
    '/uploads/multipart',
    declared,
  );
  const { uploadId, parts } = begun.body;
  const wanted = { parts: [{ number: 2 }, { number: 1 }] };
  const signed = await account.ask<{ parts: { number: number; uploadUrl: string }[] }>(
    'POST',
    `/uploads/${uploadId}/parts`,
    wanted,
  );
  for (const { number, uploadUrl } of signed.body.parts) {
    const bytes = large.subarray((number - 1) * parts.size, number * parts.size);
    expect((await fetch(uploadUrl, { method: 'PUT', body: new Uint8Array(bytes.subarray(1)) })).ok).toBe(false);
    expect((await fetch(uploadUrl, { method: 'PUT', body: new Uint8Array(bytes) })).status).toBe(200);
  }
  const both = [account, account.at(stack.urls[1] ?? '')];
  await Promise.all(both.flatMap((one) => Array.from({ length: 5 }, () => one.complete(uploadId))));
  // A store may tell those who come while it is at it to come back later.
  const { status, body } = await account.complete(uploadId);
  expect(status).toBe(200);
  expect(await account.settled(body.assetId)).toMatchObject({ status: 'READY', size: large.length });
});

it('removes parts of what was cancelled, and of a form whose API was killed', async () => {
  const unfinished = async () => {
    const keys: string[] = [];
    for await (const { key } of stack.store.multipart.unfinished('')) keys.push(key);
    return keys;
  };
  const large = Buffer.concat([jpeg, Buffer.alloc(40 * 1024 * 1024)]);
  const declared = { filename: 'large.jpg', contentType: 'image/jpeg', fileSize: large.length };
  const { body } = await account.ask<{ uploadId: string; objectKey: string }>('POST', '/uploads/multipart', declared);
  expect(await unfinished()).toContain(body.objectKey);
  expect((await account.ask('DELETE', `/uploads/${body.uploadId}`)).status).toBe(204);
  await until(unfinished, (keys) => !keys.includes(body.objectKey));

  const killed = await stack.startApi();
  await stack.untilReady();
  const form = formBytes(
    [
      ['resource', 'product'],
      ['resourceId', '1'],
      ['file', { bytes: large, filename: 'large.jpg', contentType: 'image/jpeg' }],
    ],
    'b',
  );
  const sending = request(new URL('/uploads', stack.urls.at(-1)), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${account.accessToken}`,
      'content-type': 'multipart/form-data; boundary=b',
      'content-length': form.length,
    },
  });
  const brokenOff = once(sending, 'error');
  sending.write(form.subarray(0, form.length - 1000));
  const left = await until(unfinished, (keys) => keys.length > 0);
  killed.kill('SIGKILL');
  await brokenOff;
  expect(await unfinished()).toEqual(left);
  const database = openDatabase(stack.databaseUrl);
  await database.query('overdue', `UPDATE uploads SET expires_at = now() WHERE state = 'WAITING'`, []);
  await database.close();
  await until(unfinished, (keys) => keys.length === 0);
});

it('shares thirty uploads between two workers, each done once', async () => {
  const small = await photo(320, 240);
  const made = await Promise.all(Array.from({ length: 30 }, () => account.upload(small)));
  const settled = await Promise.all(made.map(({ assetId }) => account.settled(assetId)));
  expect(settled.map(({ status }) => status)).toEqual(settled.map(() => 'READY'));
  const admin = await stack.admin();
  const runs = await Promise.all(made.map(({ assetId }) => runsOf(admin, assetId)));
  expect(runs.every((workers) => workers.length === 1)).toBe(true);
  expect(new Set(runs.flat()).size).toBe(2);
});

async function runsOf(admin: Account, assetId: string): Promise<string[]> {
  const list = await admin.ask<{ items: { id: string }[] }>('GET', `/jobs?assetId=${assetId}&kind=process-asset`);
  const [job] = list.body.items;
  const { body } = await admin.ask<{ attempts: { workerId: string }[] }>('GET', `/jobs/${job?.id}`);
  return body.attempts.map(({ workerId }) => workerId);
}
