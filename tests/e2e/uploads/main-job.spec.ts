import sharp from 'sharp';
import { photo, sha256 } from '../../support/photos.js';
import { ask, put, signUp, type Account, type AssetBody } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: Stack;
let account: Account;
let jpeg: Buffer;

beforeAll(async () => {
  stack = await startStack();
  [account, jpeg] = await Promise.all([signUp(stack.url), photo()]);
});
afterAll(() => stack.stop());

const get = (url: string | null) => fetch(url ?? 'missing url');
const bytesOf = async (url: string | null) => Buffer.from(await (await get(url)).arrayBuffer());

describe('a photo', () => {
  let asset: AssetBody;

  beforeAll(async () => {
    const completed = await account.upload(jpeg, { filename: 'Strand – Ärger.jpg' });
    expect(completed.asset.status).toMatch(/PENDING|PROCESSING|READY/);
    asset = await account.settled(completed.assetId);
  });

  it('becomes READY with what it is', () => {
    expect(asset).toMatchObject({
      status: 'READY',
      failure: null,
      filename: 'Strand – Ärger.jpg',
      mimeType: 'image/jpeg',
      kind: 'IMAGE',
      size: jpeg.length,
      sha256: sha256(jpeg),
      width: 1600,
      height: 1200,
      warnings: [],
    });
    expect(asset.metadata).toMatchObject({
      format: 'jpeg',
      exif: {
        camera: { make: 'Acme', model: 'Shot One' },
        capturedAt: '2026-05-17T14:03:21+02:00',
        gps: { latitude: expect.closeTo(48.858, 2), longitude: expect.closeTo(2.294, 2) },
      },
    });
  });

  it('has a thumbnail and a preview without the metadata of the input', async () => {
    for (const [url, width, height] of [
      [asset.thumbnailUrl, 320, 240],
      [asset.previewUrl, 1440, 1080],
    ] as const) {
      const response = await get(url);
      expect(response.headers.get('content-type')).toBe('image/webp');
      const metadata = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
      expect(metadata).toMatchObject({ format: 'webp', width, height });
      expect(metadata.exif).toBeUndefined();
    }
    expect(Buffer.from(asset.thumbhash ?? '', 'base64').length).toBeGreaterThan(10);
  });

  it('comes back byte for byte, under its name', async () => {
    const response = await get(asset.downloadUrl);
    expect(Buffer.from(await response.arrayBuffer()).equals(jpeg)).toBe(true);
    expect(response.headers.get('content-disposition')).toContain(
      `filename*=UTF-8''Strand%20%E2%80%93%20%C3%84rger.jpg`,
    );
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('is in the list of its owner, by every filter, and nowhere else', async () => {
    const list = (query: string, who = account) => who.ask<{ items: AssetBody[] }>('GET', `/assets?${query}`);
    for (const query of [
      '',
      'status=READY',
      'kind=IMAGE',
      'mimeType=image/jpeg',
      `search=${encodeURIComponent('ärger')}`,
    ])
      expect((await list(query)).body.items.map(({ id }) => id)).toContain(asset.id);
    for (const query of ['status=FAILED', 'kind=VIDEO', 'search=nothing', 'search=%25'])
      expect((await list(query)).body.items).toEqual([]);
    const stranger = await signUp(stack.url);
    expect((await list('', stranger)).body.items).toEqual([]);
    for (const method of ['GET', 'DELETE'])
      expect((await stranger.ask(method, `/assets/${asset.id}`)).body).toMatchObject({
        status: 404,
        code: 'ASSET_NOT_FOUND',
      });
  });
});

it('lists page by page, newest first, without a gap or a double', async () => {
  const someone = await signUp(stack.url);
  const small = await photo(64, 48);
  const made: string[] = [];
  for (let index = 0; index < 5; index++) made.unshift((await someone.upload(small)).assetId);
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor ? `?limit=2&cursor=${cursor}` : '?limit=2';
    const { body } = await someone.ask<{ items: AssetBody[]; nextCursor: string | null }>('GET', `/assets${query}`);
    seen.push(...body.items.map(({ id }) => id));
    cursor = body.nextCursor;
  }
  expect(seen).toEqual(made);
});

describe('complete', () => {
  it('said again answers 200 with the same asset', async () => {
    const presigned = await account.presign(jpeg);
    await put(presigned, jpeg);
    const first = await account.complete(presigned.uploadId);
    const second = await account.ask('POST', '/uploads/complete', { objectKey: presigned.objectKey });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toMatchObject({ assetId: first.body.assetId });
  });

  it('said ten times at once makes one asset and one job', async () => {
    const someone = await signUp(stack.url);
    const presigned = await someone.presign(jpeg);
    await put(presigned, jpeg);
    const answers = await Promise.all(Array.from({ length: 10 }, () => someone.complete(presigned.uploadId)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(9).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body.assetId)).size).toBe(1);
    const admin = await stack.admin();
    const jobs = await admin.ask<{ items: unknown[] }>('GET', `/jobs?assetId=${answers[0]?.body.assetId}`);
    expect(jobs.body.items).toHaveLength(1);
  });
});

it('deletes an asset with every object of it', async () => {
  const { assetId, objectKey } = await account.upload(jpeg);
  const asset = await account.settled(assetId);
  expect((await account.ask('DELETE', `/assets/${assetId}?permanent=true`)).status).toBe(204);
  expect((await account.ask('GET', `/assets/${assetId}`)).status).toBe(404);
  const statuses = async () => {
    const answers = await Promise.all([asset.downloadUrl, asset.thumbnailUrl, asset.previewUrl].map(get));
    return answers.map(({ status }) => status);
  };
  await until(statuses, (seen) => seen.every((status) => status === 404));
  expect(await stack.objects(objectKey.replace(/original$/, ''))).toEqual([]);
});

it('answers a creating request that is sent twice with the same Idempotency-Key as it did the first time', async () => {
  const request = { filename: 'a.jpg', contentType: 'image/jpeg', fileSize: 10 };
  const key = { 'idempotency-key': 'e2e-1' };
  const first = await account.ask('POST', '/uploads/presign', request, key);
  const again = await account.ask('POST', '/uploads/presign', request, key);
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  const other = await account.ask('POST', '/uploads/presign', { ...request, fileSize: 11 }, key);
  expect(other.body).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
});

it('keeps other accepted types as they are', async () => {
  const text = Buffer.from('just a few words\n');
  const { assetId } = await account.upload(text, { filename: 'words.txt', contentType: 'text/plain' });
  expect(await account.settled(assetId)).toMatchObject({
    status: 'READY',
    kind: 'DOCUMENT',
    mimeType: 'text/plain',
    thumbnailUrl: null,
    previewUrl: null,
  });
  expect((await bytesOf((await account.settled(assetId)).downloadUrl)).equals(text)).toBe(true);
});

it('serves its description and its docs', async () => {
  const openapi = await ask(stack.url, 'GET', '/openapi.json');
  expect(openapi.body).toMatchObject({ openapi: '3.1.0', paths: { '/uploads/presign': {} } });
  expect((await fetch(`${stack.url}/docs`)).status).toBe(200);
});
