import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { InvalidObjectKeyError } from '#libs/storage/object-key.js';
import { ObjectNotFoundError, type ObjectStore, type SignedRequest } from '#libs/storage/object-store.js';
import { ObjectSizeError } from '#libs/storage/put-errors.js';

export interface StoreUnderTest {
  store: ObjectStore;
  /** Ends what the store needs to run. */
  close: () => Promise<void>;
}

const MIB = 1024 * 1024;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const PNG = { contentType: 'image/png', expiresInSeconds: 600 };

/** A stream of so many bytes that are never in memory at once; `failAt` ends it with an error. */
export function streamOf(size: number, failAt = Infinity): Readable {
  const chunk = Buffer.alloc(64 * 1024, 'media');
  let sent = 0;
  return new Readable({
    read() {
      if (sent >= failAt) this.destroy(new Error('the source broke'));
      else if (sent >= size) this.push(null);
      else {
        const next = chunk.subarray(0, Math.min(chunk.length, size - sent));
        sent += next.length;
        this.push(next);
      }
    },
  });
}

/** Sends a signed request as a client would, with other parts where the test says so. */
async function put(
  request: SignedRequest,
  body: Buffer,
  changes: { url?: string; headers?: Record<string, string> } = {},
) {
  const headers = { ...request.headers, ...changes.headers };
  const response = await fetch(changes.url ?? request.url, {
    method: request.method,
    headers,
    body: new Uint8Array(body),
  });
  await response.arrayBuffer();
  return response;
}

/** Not by fetch, which adds Cache-Control: no-cache to conditional requests. */
async function get(url: string, headers: Record<string, string> = {}) {
  const sent = request(url, { headers, agent: false }).end();
  const [response]: IncomingMessage[] = await once(sent, 'response');
  if (!response) throw new Error('no response');
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
}

async function keysBelow(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

/** Every URL that differs from a signed one in one query parameter: another value, or none. */
function tamperings(url: string): string[] {
  return [...new URL(url).searchParams.keys()].flatMap((name) => {
    const [changed, missing] = [new URL(url), new URL(url)];
    const value = changed.searchParams.get(name) ?? '';
    const last = value.at(-1) === '1' ? '2' : '1';
    changed.searchParams.set(name, value.slice(0, -1) + last);
    missing.searchParams.delete(name);
    return [changed.href, missing.href];
  });
}

const refused = (status: number) => status >= 400 && status < 500;

/** What every object store has to do, over real HTTP where clients use it so. */
export function objectStoreContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`object store contract: ${name}`, () => {
    let store: ObjectStore;
    let close: () => Promise<void>;
    /** A place of its own for each test. */
    let folder: string;

    beforeAll(async () => {
      ({ store, close } = await makeStore());
    });
    afterAll(() => close());
    beforeEach(() => {
      folder = `contract/${randomUUID()}`;
    });
    const save = (key: string, bytes: Buffer, contentType = 'text/plain') =>
      store.write(key, bytes, { contentType, size: bytes.length });

    describe('a signed PUT', () => {
      const bytes = randomBytes(1000);
      const grant = (key: string) => ({ key, size: bytes.length, ...PNG });

      it('stores the bytes it was made for, once', async () => {
        const key = `${folder}/original`;
        const request = await store.presignPut({ ...grant(key), sha256: sha256(bytes) });
        expect(request.expiresAt.getTime() - Date.now()).toBeGreaterThan(590_000);
        expect((await put(request, bytes)).ok).toBe(true);
        const head = await store.head(key);
        expect(head).toMatchObject({ key, size: 1000, contentType: 'image/png', sha256: sha256(bytes) });
        expect(Math.abs(Date.now() - Number(head?.lastModified))).toBeLessThan(60_000);
        expect(await buffer(await store.read(key))).toEqual(bytes);

        expect(refused((await put(request, bytes)).status)).toBe(true);
        expect(refused((await put(await store.presignPut(grant(key)), randomBytes(1000))).status)).toBe(true);
        expect(await buffer(await store.read(key))).toEqual(bytes);
      });

      it('is answered with an ETag that a browser may read', async () => {
        const request = await store.presignPut(grant(`${folder}/etag`));
        const response = await put(request, bytes, { headers: { origin: 'https://app.example' } });
        expect(response.headers.get('etag')).toMatch(/"\S+"/);
        expect(response.headers.get('access-control-allow-origin')).toBe('*');
        expect(response.headers.get('access-control-expose-headers')).toMatch(/\betag\b/i);
      });

      it('may be asked for by a browser on another origin', async () => {
        const request = await store.presignPut({ ...grant(`${folder}/preflight`), sha256: sha256(bytes) });
        const headers = Object.keys(request.headers).join(',');
        const response = await fetch(request.url, {
          method: 'OPTIONS',
          headers: {
            origin: 'https://app.example',
            'access-control-request-method': 'PUT',
            'access-control-request-headers': headers,
          },
        });
        expect(response.ok).toBe(true);
        expect(response.headers.get('access-control-allow-methods')).toContain('PUT');
      });

      it.each([
        ['fewer bytes', () => bytes.subarray(1)],
        ['more bytes', () => Buffer.concat([bytes, Buffer.from('+')])],
        ['no bytes', () => Buffer.alloc(0)],
      ])('refuses %s', async (_, body) => {
        const request = await store.presignPut(grant(`${folder}/size`));
        expect(refused((await put(request, body())).status)).toBe(true);
        expect(await store.head(`${folder}/size`)).toBeNull();
      });

      it('refuses a body that does not say how long it is', async () => {
        const request = await store.presignPut(grant(`${folder}/chunked`));
        const body = new Blob([bytes]).stream();
        const response = await fetch(request.url, { method: 'PUT', headers: request.headers, body, duplex: 'half' });
        await response.arrayBuffer();
        expect(refused(response.status)).toBe(true);
        expect(await store.head(`${folder}/chunked`)).toBeNull();
      });

      it('refuses another body of the same size when it was made with a hash', async () => {
        const key = `${folder}/hash`;
        const request = await store.presignPut({ ...grant(key), sha256: sha256(bytes) });
        expect(refused((await put(request, randomBytes(1000))).status)).toBe(true);
        expect(await store.head(key)).toBeNull();
        expect((await put(request, bytes)).ok).toBe(true);
      });

      it('refuses another content type', async () => {
        const request = await store.presignPut(grant(`${folder}/type`));
        const response = await put(request, bytes, { headers: { 'content-type': 'text/html' } });
        expect(refused(response.status)).toBe(true);
        expect(await store.head(`${folder}/type`)).toBeNull();
      });

      it('refuses another key, another method, a changed parameter and no signature', async () => {
        const request = await store.presignPut(grant(`${folder}/mine`));
        const other = request.url.replace(`${folder}/mine`, `${folder}/other`);
        const unsigned = request.url.split('?', 1)[0];
        for (const url of [other, unsigned, ...tamperings(request.url)])
          expect({ url, refused: refused((await put(request, bytes, { url })).status) }).toEqual({
            url,
            refused: true,
          });
        expect(refused((await get(request.url)).status)).toBe(true);
        expect(await keysBelow(store, folder)).toEqual([]);
      });

      it('refuses once it has expired', async () => {
        const key = `${folder}/late`;
        const request = await store.presignPut({ ...grant(key), expiresInSeconds: 1 });
        const clock = await store.presignGet({
          ...PNG,
          key,
          filename: 'x',
          disposition: 'inline',
          expiresInSeconds: 2,
        });
        const over = async () => (await get(clock)).status === 403;
        while (!(await over())) await new Promise((resolve) => setTimeout(resolve, 100));
        expect((await put(request, bytes)).status).toBe(403);
        expect(await store.head(key)).toBeNull();
      });

      it('lets exactly one of many at once win', async () => {
        const request = await store.presignPut(grant(`${folder}/race`));
        const bodies = Array.from({ length: 8 }, () => randomBytes(1000));
        const statuses = await Promise.all(bodies.map(async (body) => (await put(request, body)).status));
        expect(statuses.filter((status) => status < 300)).toHaveLength(1);
        expect(statuses.filter(refused)).toHaveLength(7);
        const winner = bodies[statuses.findIndex((status) => status < 300)];
        expect(await buffer(await store.read(`${folder}/race`))).toEqual(winner);
      });

      it('takes a file of no bytes where that is what was granted', async () => {
        const request = await store.presignPut({ ...grant(`${folder}/empty`), size: 0 });
        expect((await put(request, Buffer.alloc(0))).ok).toBe(true);
        expect(await store.head(`${folder}/empty`)).toMatchObject({ size: 0 });
        expect(await buffer(await store.read(`${folder}/empty`, { start: 0, end: 99 }))).toHaveLength(0);
      });
    });

    describe('a signed GET', () => {
      const bytes = Buffer.from('0123456789');
      const grant = (key: string, filename = 'photo.png') =>
        ({ key, ...PNG, filename, disposition: 'attachment' }) as const;

      it('gives the bytes with the type and name it was made for', async () => {
        await save(`${folder}/a`, bytes);
        const { status, headers, body } = await get(await store.presignGet(grant(`${folder}/a`)));
        expect(status).toBe(200);
        expect(body).toEqual(bytes);
        expect(headers['content-type']).toBe('image/png');
        expect(headers['content-length']).toBe('10');
        expect(headers['content-disposition']).toBe('attachment; filename="photo.png"');
      });

      it('carries any file name', async () => {
        await save(`${folder}/a`, bytes);
        const { headers } = await get(await store.presignGet(grant(`${folder}/a`, 'Ölbild "猫" 100%.png')));
        expect(headers['content-disposition']).toBe(
          `attachment; filename="_lbild ___ 100_.png"; filename*=UTF-8''%C3%96lbild%20%22%E7%8C%AB%22%20100%25.png`,
        );
      });

      it.each([
        ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
        ['bytes=7-', 206, '789', 'bytes 7-9/10'],
        ['bytes=-2', 206, '89', 'bytes 8-9/10'],
        ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
      ])('answers the range %s', async (range, status, expected, contentRange) => {
        await save(`${folder}/a`, bytes);
        const answer = await get(await store.presignGet(grant(`${folder}/a`)), { range });
        expect(answer).toMatchObject({ status, body: Buffer.from(expected) });
        expect(answer.headers['content-range']).toBe(contentRange);
      });

      it('refuses a range outside of the object with 416', async () => {
        await save(`${folder}/a`, bytes);
        expect((await get(await store.presignGet(grant(`${folder}/a`)), { range: 'bytes=10-' })).status).toBe(416);
      });

      it('saves who has the bytes already from getting them again', async () => {
        await save(`${folder}/a`, bytes);
        const url = await store.presignGet(grant(`${folder}/a`));
        const etag = (await get(url)).headers.etag ?? '';
        expect(await get(url, { 'if-none-match': etag })).toMatchObject({ status: 304, body: Buffer.alloc(0) });
      });

      it('may be read by a script on another origin', async () => {
        await save(`${folder}/a`, bytes);
        const url = await store.presignGet(grant(`${folder}/a`));
        const { headers } = await get(url, { origin: 'https://app.example' });
        expect(headers['access-control-allow-origin']).toBe('*');
      });

      it('is 404 when there is no object', async () => {
        expect((await get(await store.presignGet(grant(`${folder}/none`)))).status).toBe(404);
      });

      it('refuses another key, a changed parameter, no signature, and to be used for a PUT', async () => {
        await save(`${folder}/a`, bytes);
        await save(`${folder}/b`, bytes);
        const url = await store.presignGet(grant(`${folder}/a`));
        const other = url.replace(`${folder}/a`, `${folder}/b`);
        for (const changed of [other, url.split('?', 1)[0] ?? '', ...tamperings(url)])
          expect({ changed, refused: refused((await get(changed)).status) }).toEqual({ changed, refused: true });
        const written = await fetch(url, { method: 'PUT', body: 'overwritten' });
        await written.arrayBuffer();
        expect(refused(written.status)).toBe(true);
        expect(await buffer(await store.read(`${folder}/a`))).toEqual(bytes);
      });
    });

    describe('write and read', () => {
      it('gives back what was written, from a buffer and from a stream', async () => {
        const bytes = randomBytes(300_000);
        await save(`${folder}/buffer`, bytes, 'image/webp');
        await store.write(`${folder}/stream`, Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]), {
          contentType: 'video/mp4',
          size: bytes.length,
        });
        expect(bytes.equals(await buffer(await store.read(`${folder}/buffer`)))).toBe(true);
        expect(bytes.equals(await buffer(await store.read(`${folder}/stream`)))).toBe(true);
        expect(await store.head(`${folder}/buffer`)).toMatchObject({ size: 300_000, contentType: 'image/webp' });
        expect(await store.head(`${folder}/stream`)).toMatchObject({ size: 300_000, contentType: 'video/mp4' });
      });

      it('replaces what was there', async () => {
        await save(`${folder}/a`, Buffer.from('first'), 'text/plain');
        await save(`${folder}/a`, Buffer.from('second'), 'text/css');
        expect((await buffer(await store.read(`${folder}/a`))).toString()).toBe('second');
        expect(await store.head(`${folder}/a`)).toMatchObject({ size: 6, contentType: 'text/css' });
      });

      it.each([0, 20 * MIB])('leaves nothing when the stream breaks half way (%d bytes in)', async (failAt) => {
        const broken = () =>
          store.write(`${folder}/a`, streamOf(32 * MIB, failAt), { contentType: 'video/mp4', size: 32 * MIB });
        await expect(broken()).rejects.toThrow('the source broke');
        expect(await store.head(`${folder}/a`)).toBeNull();
        expect(await keysBelow(store, folder)).toEqual([]);

        await save(`${folder}/a`, Buffer.from('whole'));
        await expect(broken()).rejects.toThrow('the source broke');
        expect((await buffer(await store.read(`${folder}/a`))).toString()).toBe('whole');
      });

      it('leaves nothing when it is aborted', async () => {
        const abort = new AbortController();
        const body = streamOf(32 * MIB);
        body.once('resume', () => abort.abort());
        body.once('readable', () => abort.abort());
        const options = { contentType: 'video/mp4', size: 32 * MIB, signal: abort.signal };
        await expect(store.write(`${folder}/a`, body, options)).rejects.toMatchObject({ name: 'AbortError' });
        expect(await store.head(`${folder}/a`)).toBeNull();
      });

      it.each([
        ['a short buffer', () => Buffer.alloc(9)],
        ['a long buffer', () => Buffer.alloc(11)],
        ['a short stream', () => streamOf(9)],
        ['a long stream', () => streamOf(11)],
      ])('refuses %s', async (_, body) => {
        const written = store.write(`${folder}/a`, body(), { contentType: 'text/plain', size: 10 });
        await expect(written).rejects.toThrow(ObjectSizeError);
        expect(await store.head(`${folder}/a`)).toBeNull();
      });

      it('reads ranges, both ends included', async () => {
        await save(`${folder}/a`, Buffer.from('0123456789'));
        const read = async (start: number, end: number) =>
          (await buffer(await store.read(`${folder}/a`, { start, end }))).toString();
        expect(await read(0, 0)).toBe('0');
        expect(await read(3, 5)).toBe('345');
        expect(await read(8, 4100)).toBe('89');
        expect(await read(10, 20)).toBe('');
      });

      it('stops reading when it is aborted', async () => {
        await store.write(`${folder}/a`, streamOf(20 * MIB), { contentType: 'video/mp4', size: 20 * MIB });
        const abort = new AbortController();
        const body = await store.read(`${folder}/a`, undefined, abort.signal);
        body.once('data', () => abort.abort());
        await expect(buffer(body)).rejects.toMatchObject({ name: 'AbortError' });
      });

      it('says that there is no object', async () => {
        expect(await store.head(`${folder}/none`)).toBeNull();
        await expect(store.read(`${folder}/none`)).rejects.toThrow(ObjectNotFoundError);
      });

      it('holds little of a large object in memory', async () => {
        const size = 300 * MIB;
        const before = process.memoryUsage().rss;
        let most = before;
        const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
        await store.write(`${folder}/large`, streamOf(size), { contentType: 'video/mp4', size });
        let read = 0;
        for await (const chunk of await store.read(`${folder}/large`)) read += Buffer.from(chunk).length;
        clearInterval(watch);
        await store.delete([`${folder}/large`]);
        expect(read).toBe(size);
        expect((most - before) / MIB).toBeLessThan(150);
      });
    });

    describe('delete and list', () => {
      it('deletes, and does not mind what is not there', async () => {
        await save(`${folder}/a`, Buffer.from('a'));
        await save(`${folder}/deep/er/b`, Buffer.from('b'));
        await store.delete([`${folder}/a`, `${folder}/deep/er/b`, `${folder}/none`]);
        await store.delete([]);
        expect(await store.head(`${folder}/a`)).toBeNull();
        expect(await keysBelow(store, folder)).toEqual([]);
      });

      it('lists what begins with a prefix, in order of the keys', async () => {
        const names = ['a', 'a-b', 'a.b', 'ab/c', 'b-1', 'b/1', 'b/2', 'b0'];
        for (const name of names) await save(`${folder}/${name}`, Buffer.from(name));
        expect(await keysBelow(store, `${folder}/`)).toEqual(names.toSorted().map((name) => `${folder}/${name}`));
        expect(await keysBelow(store, `${folder}/b/`)).toEqual([`${folder}/b/1`, `${folder}/b/2`]);
        expect(await keysBelow(store, `${folder}/a`)).toEqual(
          ['a', 'a-b', 'a.b', 'ab/c'].map((name) => `${folder}/${name}`),
        );
        expect(await keysBelow(store, `${folder}/c`)).toEqual([]);
        for await (const { size, lastModified } of store.list(`${folder}/b/1`)) {
          expect(size).toBe(3);
          expect(Math.abs(Date.now() - Number(lastModified))).toBeLessThan(60_000);
        }
      });

      it('lists and deletes more than a page of them', async () => {
        const keys = Array.from({ length: 1005 }, (_, index) => `${folder}/${String(index).padStart(4, '0')}`);
        const left = [...keys];
        const worker = async () => {
          for (let key = left.pop(); key; key = left.pop()) await save(key, Buffer.from('x'));
        };
        await Promise.all(Array.from({ length: 16 }, worker));
        expect(await keysBelow(store, `${folder}/`)).toEqual(keys);
        await store.delete(keys);
        expect(await keysBelow(store, `${folder}/`)).toEqual([]);
      });
    });

    it.each(['', '/', 'a//b', '/a', 'a/', '../a', 'a/../b', 'a/./b', '.', 'a b', 'ä', 'a\\b', 'a\0b', 'a%2fb', 'a?b'])(
      'refuses %j as a key',
      async (key) => {
        const sent = { ...PNG, key, size: 1, filename: 'a', disposition: 'inline' } as const;
        const refusal = { name: InvalidObjectKeyError.name };
        await expect(store.presignPut(sent)).rejects.toMatchObject(refusal);
        await expect(store.presignGet(sent)).rejects.toMatchObject(refusal);
        await expect(store.head(key)).rejects.toMatchObject(refusal);
        await expect(store.read(key)).rejects.toMatchObject(refusal);
        await expect(save(key, Buffer.from('x'))).rejects.toMatchObject(refusal);
        await expect(store.delete([key])).rejects.toMatchObject(refusal);
      },
    );

    it('says that it can be used', async () => {
      await expect(store.check()).resolves.toBeUndefined();
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}
