import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { allParts, MultipartEndedError, PartsChangedError, type Multipart } from '#libs/storage/multipart.js';
import { get, keysBelow, MIB, put, refused, sha256, tamperings, type Subject } from './support.js';

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

/** How clients upload what is large: in parts over HTTP, each with a URL of its own. */
export function multipartContract(subject: Subject): void {
  describe('an upload in parts', () => {
    const first = randomBytes(5 * MIB);
    const second = randomBytes(5 * MIB);
    const last = randomBytes(1000);
    let upload: Multipart;

    const grant = (number: number, bytes: Buffer) => ({ ...upload, number, size: bytes.length, expiresInSeconds: 600 });
    const send = async (number: number, bytes: Buffer) => put(await store().presignPart(grant(number, bytes)), bytes);
    const store = () => subject.store.multipart;
    const arrived = async () => (await allParts(store(), upload)) ?? [];
    const complete = async () => store().complete(upload, await arrived());
    const unfinished = async () => {
      const found: string[] = [];
      for await (const { id, key, begunAt } of store().unfinished(subject.folder)) {
        expect(Math.abs(Date.now() - begunAt.getTime())).toBeLessThan(60_000);
        expect(key).toBe(upload.key);
        found.push(id);
      }
      return found;
    };

    beforeEach(async () => {
      const key = `${subject.folder}/original`;
      upload = { key, id: await store().begin(key, 'video/mp4') };
    });

    it('becomes one object of the parts in their order, in whatever order they came', async () => {
      expect(await arrived()).toEqual([]);
      for (const [number, bytes] of [
        [3, last],
        [1, first],
        [2, second],
      ] as const)
        expect((await send(number, bytes)).ok).toBe(true);
      const parts = await arrived();
      expect(parts.map(({ number, size }) => [number, size])).toEqual([
        [1, 5 * MIB],
        [2, 5 * MIB],
        [3, 1000],
      ]);
      expect(await store().parts(upload, 2)).toEqual([parts[2]]);
      expect(await subject.store.head(upload.key)).toBeNull();
      expect(await unfinished()).toEqual([upload.id]);

      await store().complete(upload, parts);
      const whole = Buffer.concat([first, second, last]);
      const head = await subject.store.head(upload.key);
      expect(head).toMatchObject({ size: whole.length, contentType: 'video/mp4' });
      expect([undefined, sha256(whole)]).toContain(head?.sha256);
      expect((await buffer(await subject.store.read(upload.key))).equals(whole)).toBe(true);
      expect(await unfinished()).toEqual([]);
      expect(await store().parts(upload)).toBeNull();
    });

    it('takes a part again, and what came last counts', async () => {
      await send(1, first);
      const [before] = await arrived();
      await send(1, second);
      const [after] = await arrived();
      expect(after?.etag).not.toBe(before?.etag);
      await expect(store().complete(upload, before ? [before] : [])).rejects.toThrow(PartsChangedError);
      await complete();
      expect((await buffer(await subject.store.read(upload.key))).equals(second)).toBe(true);
    });

    it('may be completed again, and by many at once', async () => {
      await send(1, first);
      await send(2, last);
      const parts = await arrived();
      const many = await Promise.allSettled(Array.from({ length: 6 }, () => store().complete(upload, parts)));
      expect(many.map(({ status }) => status)).toContain('fulfilled');
      await store().complete(upload, parts);
      expect(await subject.store.head(upload.key)).toMatchObject({ size: first.length + last.length });
    });

    it('is over when it is completed or aborted: no part is taken any longer', async () => {
      await send(1, first);
      const late = await store().presignPart(grant(2, last));
      await complete();
      expect(refused((await put(late, last)).status)).toBe(true);
      expect(await subject.store.head(upload.key)).toMatchObject({ size: first.length });

      upload = { ...upload, key: `${subject.folder}/aborted` };
      upload.id = await store().begin(upload.key, 'video/mp4');
      await send(1, first);
      const [later, parts] = [await store().presignPart(grant(2, last)), await arrived()];
      await store().abort(upload);
      await store().abort(upload);
      expect(await store().parts(upload)).toBeNull();
      expect(refused((await put(later, last)).status)).toBe(true);
      expect(await unfinished()).toEqual([]);
      await expect(store().complete(upload, parts)).rejects.toThrow(MultipartEndedError);
      expect(await keysBelow(subject.store, subject.folder)).toEqual([`${subject.folder}/original`]);
    });

    it('refuses a part of another size, and one that does not say how long it is', async () => {
      const request = await store().presignPart(grant(1, first));
      for (const body of [first.subarray(1), Buffer.concat([first, last]), Buffer.alloc(0)])
        expect(refused((await put(request, body)).status)).toBe(true);
      const body = new Blob([first]).stream();
      const chunked = await fetch(request.url, { method: 'PUT', body, duplex: 'half' });
      await chunked.arrayBuffer();
      expect(refused(chunked.status)).toBe(true);
      expect(await arrived()).toEqual([]);
    });

    it('refuses another part of the same size when it was made with a checksum', async () => {
      const request = await store().presignPart({ ...grant(1, first), md5: md5(first) });
      expect(refused((await put(request, second)).status)).toBe(true);
      const other = { 'content-md5': Buffer.from(md5(second), 'hex').toString('base64') };
      if (subject.store.kind === 's3')
        expect(refused((await put(request, second, { headers: other })).status)).toBe(true);
      expect(await arrived()).toEqual([]);
      expect((await put(request, first)).ok).toBe(true);
      expect(await arrived()).toHaveLength(1);
    });

    it('refuses another number, upload or key, another method, and a changed URL', async () => {
      const small = await store().presignPart(grant(1, last));
      const other = { ...upload, id: await store().begin(upload.key, 'video/mp4') };
      const elsewhere = small.url.replace('/original?', '/elsewhere?');
      for (const url of [elsewhere, ...tamperings(small.url), small.url.replace(upload.id, other.id)])
        expect({ url, refused: refused((await put(small, last, { url })).status) }).toEqual({ url, refused: true });
      expect(refused((await get(small.url)).status)).toBe(true);
      expect(await arrived()).toEqual([]);
      expect(await store().parts(other)).toEqual([]);
      await store().abort(other);
    });

    it('is answered with an ETag that a browser may read', async () => {
      const request = await store().presignPart(grant(1, last));
      const response = await put(request, last, { headers: { origin: 'https://app.example' } });
      expect(response.headers.get('etag')).toMatch(/"\S+"/);
      expect(response.headers.get('access-control-expose-headers')).toMatch(/\betag\b/i);
      expect(await arrived()).toMatchObject([{ etag: response.headers.get('etag') }]);
    });

    it('is unknown when nobody has begun it', async () => {
      const never = { key: `${subject.folder}/never`, id: randomUUID() };
      expect(await store().parts(never)).toBeNull();
      await store().abort(never);
      await expect(store().complete(never, [])).rejects.toThrow(MultipartEndedError);
    });
  });
}
