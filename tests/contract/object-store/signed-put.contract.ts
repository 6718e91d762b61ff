import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { get, keysBelow, PNG, put, refused, sha256, tamperings, type Subject } from './support.js';

/** How clients upload: over HTTP, with a URL good for one object. */
export function signedPutContract(subject: Subject): void {
  describe('a signed PUT', () => {
    const bytes = randomBytes(1000);
    const grant = (key: string) => ({ key, size: bytes.length, ...PNG });

    it('stores the bytes it was made for, once', async () => {
      const key = `${subject.folder}/original`;
      const asked = Date.now();
      const request = await subject.store.presignPut({ ...grant(key), sha256: sha256(bytes) });
      expect(request.expiresAt.getTime() - asked).toBeGreaterThan(590_000);
      expect((await put(request, bytes)).ok).toBe(true);
      const head = await subject.store.head(key);
      expect(head).toMatchObject({ key, size: 1000, contentType: 'image/png', sha256: sha256(bytes) });
      expect(Math.abs(Date.now() - Number(head?.lastModified))).toBeLessThan(60_000);
      expect(await buffer(await subject.store.read(key))).toEqual(bytes);

      expect(refused((await put(request, bytes)).status)).toBe(true);
      expect(refused((await put(await subject.store.presignPut(grant(key)), randomBytes(1000))).status)).toBe(true);
      expect(await buffer(await subject.store.read(key))).toEqual(bytes);
    });

    it('is answered with an ETag that a browser may read', async () => {
      const request = await subject.store.presignPut(grant(`${subject.folder}/etag`));
      const response = await put(request, bytes, { headers: { origin: 'https://app.example' } });
      expect(response.headers.get('etag')).toMatch(/"\S+"/);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-expose-headers')).toMatch(/\betag\b/i);
    });

    it('may be asked for by a browser on another origin', async () => {
      const request = await subject.store.presignPut({
        ...grant(`${subject.folder}/preflight`),
        sha256: sha256(bytes),
      });
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
      const request = await subject.store.presignPut(grant(`${subject.folder}/size`));
      expect(refused((await put(request, body())).status)).toBe(true);
      expect(await subject.store.head(`${subject.folder}/size`)).toBeNull();
    });

    it('refuses a body that does not say how long it is', async () => {
      const request = await subject.store.presignPut(grant(`${subject.folder}/chunked`));
      const body = new Blob([bytes]).stream();
      const response = await fetch(request.url, { method: 'PUT', headers: request.headers, body, duplex: 'half' });
      await response.arrayBuffer();
      expect(refused(response.status)).toBe(true);
      expect(await subject.store.head(`${subject.folder}/chunked`)).toBeNull();
    });

    it('refuses another body of the same size when it was made with a hash', async () => {
      const key = `${subject.folder}/hash`;
      const request = await subject.store.presignPut({ ...grant(key), sha256: sha256(bytes) });
      expect(refused((await put(request, randomBytes(1000))).status)).toBe(true);
      expect(await subject.store.head(key)).toBeNull();
      expect((await put(request, bytes)).ok).toBe(true);
    });

    it('refuses another content type', async () => {
      const request = await subject.store.presignPut(grant(`${subject.folder}/type`));
      const response = await put(request, bytes, { headers: { 'content-type': 'text/html' } });
      expect(refused(response.status)).toBe(true);
      expect(await subject.store.head(`${subject.folder}/type`)).toBeNull();
    });

    it('refuses another key, another method, a changed parameter and no signature', async () => {
      const request = await subject.store.presignPut(grant(`${subject.folder}/mine`));
      const other = request.url.replace(`${subject.folder}/mine`, `${subject.folder}/other`);
      const unsigned = request.url.split('?', 1)[0];
      for (const url of [other, unsigned, ...tamperings(request.url)])
        expect({ url, refused: refused((await put(request, bytes, { url })).status) }).toEqual({
          url,
          refused: true,
        });
      expect(refused((await get(request.url)).status)).toBe(true);
      expect(await keysBelow(subject.store, subject.folder)).toEqual([]);
    });

    it('refuses once it has expired', async () => {
      const key = `${subject.folder}/late`;
      const request = await subject.store.presignPut({ ...grant(key), expiresInSeconds: 1 });
      const clock = await subject.store.presignGet({
        ...PNG,
        key,
        filename: 'x',
        disposition: 'inline',
        expiresInSeconds: 2,
      });
      const over = async () => (await get(clock)).status === 403;
      while (!(await over())) await new Promise((resolve) => setTimeout(resolve, 100));
      expect((await put(request, bytes)).status).toBe(403);
      expect(await subject.store.head(key)).toBeNull();
    });

    it('lets exactly one of many at once win', async () => {
      const request = await subject.store.presignPut(grant(`${subject.folder}/race`));
      const bodies = Array.from({ length: 8 }, () => randomBytes(1000));
      const statuses = await Promise.all(bodies.map(async (body) => (await put(request, body)).status));
      expect(statuses.filter((status) => status < 300)).toHaveLength(1);
      expect(statuses.filter(refused)).toHaveLength(7);
      const winner = bodies[statuses.findIndex((status) => status < 300)];
      expect(await buffer(await subject.store.read(`${subject.folder}/race`))).toEqual(winner);
    });

    it('takes a file of no bytes where that is what was granted', async () => {
      const request = await subject.store.presignPut({ ...grant(`${subject.folder}/empty`), size: 0 });
      expect((await put(request, Buffer.alloc(0))).ok).toBe(true);
      expect(await subject.store.head(`${subject.folder}/empty`)).toMatchObject({ size: 0 });
      expect(await buffer(await subject.store.read(`${subject.folder}/empty`, { start: 0, end: 99 }))).toHaveLength(0);
    });
  });
}
