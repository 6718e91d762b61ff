import { hugePng, photo, sha256, zip } from '../../support/photos.js';
import { ask, put, signUp, type Account } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: Stack;
let account: Account;
let jpeg: Buffer;

beforeAll(async () => {
  stack = await startStack({ env: { UPLOAD_MAX_BYTES: '5000000' } });
  [account, jpeg] = await Promise.all([signUp(stack.url), photo(800, 600)]);
});
afterAll(() => stack.stop());

const good = { filename: 'a.jpg', contentType: 'image/jpeg', fileSize: 1000 };

describe('presign refuses', () => {
  it.each([
    ['malformed JSON', '{"filename": ', 400, 'MALFORMED_BODY'],
    ['no object', '[]', 400, 'VALIDATION_FAILED'],
    ['nothing', {}, 400, 'VALIDATION_FAILED'],
    ['unknown fields', { ...good, admin: true }, 400, 'VALIDATION_FAILED'],
    ['a size that is text', { ...good, fileSize: '1000' }, 400, 'VALIDATION_FAILED'],
    ['size 0', { ...good, fileSize: 0 }, 400, 'VALIDATION_FAILED'],
    ['a negative size', { ...good, fileSize: -1 }, 400, 'VALIDATION_FAILED'],
    ['half a byte', { ...good, fileSize: 1.5 }, 400, 'VALIDATION_FAILED'],
    ['size 1e15', { ...good, fileSize: 1e15 }, 413, 'FILE_TOO_LARGE'],
    ['one byte more than allowed', { ...good, fileSize: 5_000_001 }, 413, 'FILE_TOO_LARGE'],
    ['an empty name', { ...good, filename: '  ' }, 400, 'VALIDATION_FAILED'],
    ['a name of 10 kB', { ...good, filename: 'x'.repeat(10_000) }, 400, 'VALIDATION_FAILED'],
    ['a path as name', { ...good, filename: '../../../etc/passwd' }, 400, 'VALIDATION_FAILED'],
    ['a backslash in the name', { ...good, filename: 'a\\b.jpg' }, 400, 'VALIDATION_FAILED'],
    ['a NUL in the name', { ...good, filename: 'a\0.jpg' }, 400, 'VALIDATION_FAILED'],
    ['a right-to-left mark in the name', { ...good, filename: 'a\u202egpj.exe' }, 400, 'VALIDATION_FAILED'],
    ['a type that is none', { ...good, contentType: 'jpeg' }, 400, 'VALIDATION_FAILED'],
    ['an unknown type', { ...good, contentType: 'application/x-msdownload' }, 415, 'FILE_TYPE_NOT_ACCEPTED'],
    ['half a hash', { ...good, sha256Hash: 'abc' }, 400, 'VALIDATION_FAILED'],
  ])('%s', async (_, body, status, code) => {
    const answer = await account.ask('POST', '/uploads/presign', body);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(answer.body).toMatchObject({ status, code, instance: '/uploads/presign', requestId: expect.any(String) });
    expect(answer.status).toBe(status);
  });

  it('a body of 2 MB, and one that is no JSON', async () => {
    const large = await account.ask('POST', '/uploads/presign', { ...good, filename: 'x'.repeat(2_000_000) });
    expect(large.body).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    const xml = await account.ask('POST', '/uploads/presign', '<a/>', { 'content-type': 'application/xml' });
    expect(xml.body).toMatchObject({ status: 415, code: 'MEDIA_TYPE_NOT_SUPPORTED' });
  });

  it('names the field that is wrong', async () => {
    const { body } = await account.ask('POST', '/uploads/presign', { ...good, fileSize: -1, filename: '' });
    expect(body.errors).toEqual([
      { detail: 'the file name is empty', pointer: '#/filename' },
      { detail: 'an empty file cannot be uploaded', pointer: '#/fileSize' },
    ]);
  });
});

describe('the upload URL takes only what was declared', () => {
  it('not another size, type or body, nor a second file', async () => {
    const presigned = await account.presign(jpeg);
    const other = Buffer.from(jpeg);
    other[other.length - 1] = 0;
    expect((await put(presigned, jpeg.subarray(1))).ok).toBe(false);
    expect((await put(presigned, jpeg, { 'Content-Type': 'image/png' })).ok).toBe(false);
    expect((await put(presigned, other)).ok).toBe(false);
    expect((await put(presigned, jpeg)).ok).toBe(true);
    expect((await put(presigned, jpeg)).ok).toBe(false);
    expect(await stack.objects(presigned.objectKey)).toEqual([presigned.objectKey]);
  });
});

describe('complete refuses', () => {
  it('before the bytes are there', async () => {
    const { uploadId } = await account.presign(jpeg);
    expect((await account.complete(uploadId)).body).toMatchObject({ status: 409, code: 'UPLOAD_NOT_FOUND_IN_STORE' });
  });

  it("somebody else's upload, unknown ones, and none or two at once", async () => {
    const presigned = await account.presign(jpeg);
    await put(presigned, jpeg);
    const stranger = await signUp(stack.url);
    const { uploadId, objectKey } = presigned;
    const complete = (body: object) => stranger.ask('POST', '/uploads/complete', body);
    for (const body of [{ uploadId }, { objectKey }, { objectKey: '../x' }])
      expect((await complete(body)).body).toMatchObject({ status: 404, code: 'UPLOAD_NOT_FOUND' });
    for (const body of [{}, { uploadId, objectKey }, { uploadId: 'x' }])
      expect((await complete(body)).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect((await stranger.ask('GET', `/uploads/${uploadId}`)).status).toBe(404);
    expect((await account.ask('GET', `/uploads/${uploadId}`)).body).toMatchObject({ state: 'WAITING', assetId: null });
  });

  it('a zip that says it is a photo, and removes it', async () => {
    const bytes = zip();
    const presigned = await account.presign(bytes);
    expect((await put(presigned, bytes)).ok).toBe(true);
    for (let time = 0; time < 2; time++)
      expect((await account.complete(presigned.uploadId)).body).toMatchObject({
        status: 422,
        code: 'CONTENT_TYPE_MISMATCH',
      });
    expect(await stack.objects(presigned.objectKey)).toEqual([]);
    expect((await account.ask('GET', `/uploads/${presigned.uploadId}`)).body).toMatchObject({
      state: 'REJECTED',
      rejectionCode: 'CONTENT_TYPE_MISMATCH',
    });
  });
});

describe('a damaged file', () => {
  it('that still makes a picture is READY with a warning', async () => {
    const half = jpeg.subarray(0, jpeg.length / 2);
    const { assetId } = await account.upload(half);
    const asset = await account.settled(assetId);
    expect(asset).toMatchObject({ status: 'READY', width: 800, height: 600, warnings: [{ code: 'TRUNCATED' }] });
    expect((await fetch(asset.thumbnailUrl ?? '')).status).toBe(200);
  });

  it.each([
    [
      'a JPEG of nothing but its first bytes',
      'image/jpeg',
      () => Promise.resolve(jpeg.subarray(0, 20)),
      'CORRUPT_FILE',
    ],
    ['a PNG of 65,535 × 65,535', 'image/png', () => Promise.resolve(hugePng()), 'PIXEL_LIMIT_EXCEEDED'],
  ])('%s is FAILED with its reason, tried once, and leaves no temporary file', async (_, contentType, make, code) => {
    const bytes = await make();
    const { assetId } = await account.upload(bytes, { contentType, sha256Hash: sha256(bytes) });
    const asset = await account.settled(assetId);
    expect(asset).toMatchObject({ status: 'FAILED', failure: { code, reason: expect.stringMatching(/\w+ \w+/) } });
    const admin = await stack.admin();
    const { body } = await admin.ask<{ items: { id: string; attemptsMade: number; state: string }[] }>(
      'GET',
      `/jobs?assetId=${assetId}`,
    );
    expect(body.items).toMatchObject([{ state: 'FAILED', attemptsMade: 1 }]);
    await until(
      () => stack.tempFiles(),
      (files) => files.length === 0,
    );
    const { assetId: next } = await account.upload(jpeg);
    expect((await account.settled(next)).status).toBe('READY');
  });
});

describe('everywhere', () => {
  it('404 is a problem document, with the request id that was sent', async () => {
    const answer = await ask(stack.url, 'GET', '/nowhere', undefined, { 'x-request-id': 'trace-7' });
    expect(answer.body).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND', requestId: 'trace-7' });
    expect(answer.headers.get('x-request-id')).toBe('trace-7');
  });

  it('so is an address that is no UTF-8', async () => {
    const answer = await ask(stack.url, 'GET', '/users/%ED%A0%80', undefined, { 'x-request-id': 'trace-8' });
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(answer.headers.get('x-request-id')).toBe('trace-8');
    expect(answer.body).toMatchObject({ status: 400, code: 'MALFORMED_REQUEST', requestId: 'trace-8' });
    expect(answer.body).toMatchObject({ instance: '/users/%ED%A0%80' });
  });

  it.each([
    '/assets?search=a%00b',
    '/assets?mimeType=a%00b',
    '/assets?label.a=a%00b',
    '/assets?createdFrom=0000-01-01T00:00:00Z',
    '/users/a%00b',
    '/users/a%00b/followers',
    '/posts?q=a%00b',
    '/stats/access?groupBy=asset&from=0000-01-01&to=0000-01-02',
  ])('%s, which no database can look for, is 400', async (path) => {
    expect((await account.ask('GET', path)).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  it.each([
    ['/uploads/complete', { objectKey: 'a\0b' }],
    ['/assets/search', { search: 'a\0b' }],
    ['/assets/search', { labels: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`l${n}`, 'x'])) }],
    ['/assets/search', { labels: { a: Array<string>(65).fill('x') } }],
  ])('%s of what no database can look for is 400', async (path, body) => {
    expect((await account.ask('POST', path, body)).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  it('a list takes times of every zone', async () => {
    const { status } = await account.ask('GET', '/assets?createdFrom=2026-01-01T00:00:00%2B18:00');
    expect(status).toBe(200);
  });

  it('a list refuses limits and cursors that it did not give out', async () => {
    for (const query of ['limit=0', 'limit=1000', 'limit=x', 'status=LOST', 'order=up'])
      expect((await account.ask('GET', `/assets?${query}`)).body).toMatchObject({
        status: 400,
        code: 'VALIDATION_FAILED',
      });
    expect((await account.ask('GET', '/assets?cursor=nonsense')).body).toMatchObject({ code: 'INVALID_CURSOR' });
  });
});

it('an upload that has expired is 410, and what was put there is removed', async () => {
  const brief = await startStack({ env: { UPLOAD_URL_TTL_SECONDS: '1', RECONCILE_INTERVAL_SECONDS: '1' } });
  try {
    const someone = await signUp(brief.url);
    const presigned = await someone.presign(jpeg);
    await put(presigned, jpeg);
    await until(
      () => someone.ask<{ state: string }>('GET', `/uploads/${presigned.uploadId}`),
      ({ body }) => body.state === 'EXPIRED',
    );
    const late = await someone.complete(presigned.uploadId);
    expect(late.body).toMatchObject({ status: 410, code: 'UPLOAD_EXPIRED' });
    await until(
      () => brief.objects(presigned.objectKey),
      (keys) => keys.length === 0,
    );
  } finally {
    await brief.stop();
  }
});
