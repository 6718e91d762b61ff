import { createHash, randomBytes } from 'node:crypto';
import { photo, sha256 } from '../../support/photos.js';
import { signUp, type Account, type Answer } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;

interface Begun {
  uploadId: string;
  objectKey: string;
  parts: { size: number; count: number };
  expiresAt: string;
}
interface SignedPart {
  number: number;
  size: number;
  uploadUrl: string;
  headers: Record<string, string>;
}
type Page = { items: { number: number; size: number; etag: string }[]; nextCursor: string | null };

let stack: Stack;
let account: Account;
/** A photograph with so much behind it that it has three parts; decoders look no further than its end. */
let large: Buffer;

beforeAll(async () => {
  stack = await startStack({ env: { RECONCILE_INTERVAL_SECONDS: '1' } });
  account = await signUp(stack.url);
  const jpeg = await photo(800, 600);
  large = Buffer.concat([jpeg, randomBytes(16 * MIB + 1000 - jpeg.length)]);
});
afterAll(() => stack.stop());

const declared = () => ({ filename: 'large.jpg', contentType: 'image/jpeg', fileSize: large.length });
const begin = async (who = account, more: object = {}): Promise<Begun> => {
  const { status, body } = await who.ask<Begun>('POST', '/uploads/multipart', { ...declared(), ...more });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
};
const sign = ({ uploadId }: Begun, parts: object[], who = account): Promise<Answer<{ parts: SignedPart[] }>> =>
  who.ask('POST', `/uploads/${uploadId}/parts`, { parts });
const slice = (number: number): Buffer => large.subarray((number - 1) * 8 * MIB, number * 8 * MIB);
const put = async ({ uploadUrl, headers, number }: SignedPart, bytes = slice(number)): Promise<number> => {
  const response = await fetch(uploadUrl, { method: 'PUT', headers, body: new Uint8Array(bytes) });
  await response.arrayBuffer();
  return response.status;
};
const send = async (upload: Begun, ...numbers: number[]): Promise<void> => {
  const { body } = await sign(
    upload,
    numbers.map((number) => ({ number })),
  );
  expect(await Promise.all(body.parts.map((part) => put(part)))).toEqual(numbers.map(() => 200));
};
const arrived = ({ uploadId }: Begun, query = '') => account.ask<Page>('GET', `/uploads/${uploadId}/parts${query}`);
const used = async (who: Account): Promise<number> =>
  (await who.ask<{ bytes: { used: number } }>('GET', '/tenant/usage')).body.bytes.used;

it('goes from parts, in any order and on two pages, to an asset that is READY', async () => {
  const upload = await begin();
  expect(upload.parts).toEqual({ size: 8 * MIB, count: 3 });
  const { body: view } = await account.ask('GET', `/uploads/${upload.uploadId}`);
  expect(view).toMatchObject({ state: 'WAITING', parts: { size: 8 * MIB, count: 3 } });
  expect((await arrived(upload)).body).toEqual({ items: [], nextCursor: null });

  await send(upload, 3, 1);
  const missing = await account.complete(upload.uploadId);
  expect(missing.body).toMatchObject({ status: 409, code: 'UPLOAD_PARTS_MISSING' });
  expect(missing.body).toMatchObject({ detail: expect.stringContaining('1 of 3 parts have not arrived: 2') });
  const { body: first } = await arrived(upload, '?limit=1');
  expect(first.items).toMatchObject([{ number: 1, size: 8 * MIB }]);
  const { body: second } = await arrived(upload, `?cursor=${first.nextCursor}`);
  expect(second).toMatchObject({ items: [{ number: 3, size: 1000 }], nextCursor: null });

  await send(upload, 2);
  const { status, body } = await account.complete(upload.uploadId);
  expect([status, body.asset.size]).toEqual([201, large.length]);
  expect(await account.settled(body.assetId)).toMatchObject({ status: 'READY', sha256: sha256(large), width: 800 });
});

it('completed ten times at once is one asset; after that no part is signed or taken', async () => {
  const upload = await begin();
  await send(upload, 1, 2, 3);
  const late = (await sign(upload, [{ number: 1 }])).body.parts[0];
  const answers = await Promise.all(Array.from({ length: 10 }, () => account.complete(upload.uploadId)));
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(9).fill(200), 201]);
  expect(new Set(answers.map(({ body }) => body.assetId)).size).toBe(1);
  if (!late) throw new Error('a part was signed');
  expect(await put(late)).toBe(410);
  for (const answer of [await sign(upload, [{ number: 1 }]), await arrived(upload)])
    expect(answer.body).toMatchObject({ status: 409, code: 'UPLOAD_COMPLETED' });
  expect((await account.ask('DELETE', `/uploads/${upload.uploadId}`)).body).toMatchObject({ code: 'UPLOAD_COMPLETED' });
});

it('is checked when it is put together as any other upload: its type, and at last its SHA-256', async () => {
  const wrong = await begin(account, { contentType: 'video/mp4' });
  await send(wrong, 1, 2, 3);
  const refused = await account.complete(wrong.uploadId);
  expect(refused.body).toMatchObject({ status: 422, code: 'CONTENT_TYPE_MISMATCH' });
  expect(await stack.objects(wrong.objectKey)).toEqual([]);
  expect((await sign(wrong, [{ number: 1 }])).body).toMatchObject({ status: 422, code: 'CONTENT_TYPE_MISMATCH' });
  const other = await begin(account, { sha256Hash: sha256(Buffer.from('other bytes')) });
  await send(other, 1, 2, 3);
  expect((await account.complete(other.uploadId)).body).toMatchObject({ status: 422, code: 'CHECKSUM_MISMATCH' });
});

it('a part that is still on its way is missing; sent again, it counts once', async () => {
  const upload = await begin();
  await send(upload, 1, 2);
  const [third] = (await sign(upload, [{ number: 3 }])).body.parts;
  if (!third) throw new Error('a part was signed');
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const body = new ReadableStream({
    type: 'bytes',
    start: async (controller) => {
      controller.enqueue(new Uint8Array(slice(3).subarray(0, 500)));
      await held;
      controller.enqueue(new Uint8Array(slice(3).subarray(500)));
      controller.close();
    },
  });
  const headers = { ...third.headers, 'content-length': String(third.size) };
  const sending = fetch(third.uploadUrl, { method: 'PUT', headers, body, duplex: 'half' });
  expect((await account.complete(upload.uploadId)).body).toMatchObject({ code: 'UPLOAD_PARTS_MISSING' });
  release();
  expect((await sending).status).toBe(200);
  await send(upload, 3, 1);
  expect((await account.complete(upload.uploadId)).status).toBe(201);
});

it('cancelled gives its room back at once, removes what has arrived, and is over', async () => {
  const someone = await signUp(stack.url);
  const before = await used(someone);
  const upload = await begin(someone);
  expect(await used(someone)).toBe(before + large.length);
  const [part] = (await sign(upload, [{ number: 1 }], someone)).body.parts;
  if (!part) throw new Error('a part was signed');
  expect(await put(part)).toBe(200);
  for (const time of ['first', 'second'])
    expect([time, (await someone.ask('DELETE', `/uploads/${upload.uploadId}`)).status]).toEqual([time, 204]);
  expect(await used(someone)).toBe(before);
  await until(
    async () => put(part),
    (status) => status === 410,
  );
  expect((await someone.ask('GET', `/uploads/${upload.uploadId}`)).body).toMatchObject({ state: 'CANCELLED' });
  for (const answer of [await sign(upload, [{ number: 1 }], someone), await someone.complete(upload.uploadId)])
    expect(answer.body).toMatchObject({ status: 410, code: 'UPLOAD_EXPIRED' });
});

it('an upload in one piece has no parts, and can be cancelled as well', async () => {
  const presigned = await account.presign(await photo(64, 48));
  const parts = await account.ask('GET', `/uploads/${presigned.uploadId}/parts`);
  expect(parts.body).toMatchObject({ status: 409, code: 'UPLOAD_NOT_IN_PARTS' });
  expect((await account.ask('DELETE', `/uploads/${presigned.uploadId}`)).status).toBe(204);
  expect((await account.complete(presigned.uploadId)).body).toMatchObject({ code: 'UPLOAD_EXPIRED' });
});

describe('URLs of parts', () => {
  let upload: Begun;
  beforeAll(async () => {
    upload = await begin();
  });
  const part = (number: unknown, more: object = {}) => ({ parts: [{ number, ...more }] });

  it.each([
    ['number 0', part(0)],
    ['number 10001', part(10_001)],
    ['a part that the file does not have', part(4)],
    ['half a part', part(1.5)],
    ['a number that is text', part('1')],
    ['a number twice', { parts: [{ number: 1 }, { number: 1 }] }],
    ['no parts', { parts: [] }],
    ['too many at once', { parts: Array.from({ length: 101 }, (_, index) => ({ number: index + 1 })) }],
    ['half a checksum', part(1, { md5Hash: 'abc' })],
    ['unknown fields', part(1, { size: 1 })],
    ['nothing', {}],
  ])('are not made for %s', async (_, body) => {
    const answer = await account.ask('POST', `/uploads/${upload.uploadId}/parts`, body);
    expect(answer.body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  it('are for their owner alone', async () => {
    const stranger = await signUp(stack.url);
    const id = upload.uploadId;
    for (const [method, path, body] of [
      ['POST', `/uploads/${id}/parts`, part(1)],
      ['GET', `/uploads/${id}/parts`],
      ['DELETE', `/uploads/${id}`],
      ['POST', '/uploads/complete', { uploadId: id }],
      ['GET', '/uploads/nonsense/parts'],
    ] as const)
      expect((await stranger.ask(method, path, body)).body).toMatchObject({ status: 404, code: 'UPLOAD_NOT_FOUND' });
    expect((await account.ask('GET', `/uploads/${id}`)).body).toMatchObject({ state: 'WAITING' });
  });

  it('take their own bytes alone', async () => {
    const md5Hash = createHash('md5').update(slice(3)).digest('hex');
    const [bound] = (await sign(upload, [{ number: 3, md5Hash }])).body.parts;
    if (!bound) throw new Error('a part was signed');
    expect(await put(bound, slice(3).subarray(1))).toBe(422);
    expect(await put(bound, randomBytes(1000))).toBe(422);
    expect(await put({ ...bound, uploadUrl: bound.uploadUrl.replace('partNumber=3', 'partNumber=2') })).toBe(403);
    expect((await arrived(upload)).body.items).toEqual([]);
    expect(await put(bound)).toBe(200);
  });

  it('refuses a cursor that it did not give out', async () => {
    expect((await arrived(upload, '?cursor=nonsense')).body).toMatchObject({ status: 400, code: 'INVALID_CURSOR' });
  });
});

describe('beginning', () => {
  it.each([
    ['an empty file', { fileSize: 0 }, 400, 'VALIDATION_FAILED'],
    ['more than may be uploaded', { fileSize: 6 * 1024 ** 3 }, 413, 'FILE_TOO_LARGE'],
    ['what is not accepted', { contentType: 'application/x-msdownload' }, 415, 'FILE_TYPE_NOT_ACCEPTED'],
  ])('refuses %s', async (_, more, status, code) => {
    const answer = await account.ask('POST', '/uploads/multipart', { ...declared(), ...more });
    expect(answer.body).toMatchObject({ status, code });
  });

  it('the same thing twice by one Idempotency-Key begins one upload', async () => {
    const once = () => account.ask<Begun>('POST', '/uploads/multipart', declared(), { 'idempotency-key': 'film-1' });
    expect((await once()).body.uploadId).toBe((await once()).body.uploadId);
  });

  it('stops at the quota, whoever floods it', async () => {
    const small = await startStack({ env: { TENANT_MAX_BYTES: String(large.length * 3) } });
    try {
      const someone = await signUp(small.url);
      const asked = Array.from({ length: 20 }, () => someone.ask('POST', '/uploads/multipart', declared()));
      const statuses = (await Promise.all(asked)).map(({ status }) => status).sort();
      expect(statuses).toEqual([...Array<number>(3).fill(201), ...Array<number>(17).fill(403)]);
      const begun = [];
      for await (const { key } of small.store.multipart.unfinished('')) begun.push(key);
      expect(begun).toHaveLength(3);
    } finally {
      await small.stop();
    }
  });
});

it('expires when nobody asks for parts: they are removed, and the room is given back', async () => {
  const someone = await signUp(stack.url);
  const upload = await begin(someone);
  await stack.sql(`UPDATE uploads SET expires_at = now() + interval '1 minute' WHERE id = $1`, [upload.uploadId]);
  const [part] = (await sign(upload, [{ number: 1 }], someone)).body.parts;
  if (!part) throw new Error('a part was signed');
  expect(await put(part)).toBe(200);
  const { body: asked } = await someone.ask<Begun>('GET', `/uploads/${upload.uploadId}`);
  expect(Date.parse(asked.expiresAt)).toBeGreaterThan(Date.now() + HOUR_MS);
  const unfinished = async () => {
    const keys = [];
    for await (const { key } of stack.store.multipart.unfinished(upload.objectKey)) keys.push(key);
    return keys;
  };
  expect(await unfinished()).toEqual([upload.objectKey]);
  await stack.sql(`UPDATE uploads SET expires_at = now() WHERE id = $1`, [upload.uploadId]);
  await until(unfinished, (keys) => keys.length === 0);
  expect((await someone.ask('GET', `/uploads/${upload.uploadId}`)).body).toMatchObject({ state: 'EXPIRED' });
  expect(await used(someone)).toBe(0);
});
