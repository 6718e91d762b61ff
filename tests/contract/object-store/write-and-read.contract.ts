import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ObjectNotFoundError } from '#libs/storage/object-store.js';
import { ObjectSizeError } from '#libs/storage/put-errors.js';
import { keysBelow, MIB, streamOf, type Subject } from './support.js';

/** How the server itself uses the bytes. */
export function writeAndReadContract(subject: Subject): void {
  describe('write and read', () => {
    it('gives back what was written, from a buffer and from a stream', async () => {
      const bytes = randomBytes(300_000);
      await subject.save(`${subject.folder}/buffer`, bytes, 'image/webp');
      await subject.store.write(`${subject.folder}/stream`, Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]), {
        contentType: 'video/mp4',
        size: bytes.length,
      });
      expect(bytes.equals(await buffer(await subject.store.read(`${subject.folder}/buffer`)))).toBe(true);
      expect(bytes.equals(await buffer(await subject.store.read(`${subject.folder}/stream`)))).toBe(true);
      expect(await subject.store.head(`${subject.folder}/buffer`)).toMatchObject({
        size: 300_000,
        contentType: 'image/webp',
      });
      expect(await subject.store.head(`${subject.folder}/stream`)).toMatchObject({
        size: 300_000,
        contentType: 'video/mp4',
      });
    });

    it('replaces what was there', async () => {
      await subject.save(`${subject.folder}/a`, Buffer.from('first'), 'text/plain');
      await subject.save(`${subject.folder}/a`, Buffer.from('second'), 'text/css');
      expect((await buffer(await subject.store.read(`${subject.folder}/a`))).toString()).toBe('second');
      expect(await subject.store.head(`${subject.folder}/a`)).toMatchObject({ size: 6, contentType: 'text/css' });
    });

    it.each([0, 20 * MIB])('leaves nothing when the stream breaks half way (%d bytes in)', async (failAt) => {
      const broken = () =>
        subject.store.write(`${subject.folder}/a`, streamOf(32 * MIB, failAt), {
          contentType: 'video/mp4',
          size: 32 * MIB,
        });
      await expect(broken()).rejects.toThrow('the source broke');
      expect(await subject.store.head(`${subject.folder}/a`)).toBeNull();
      expect(await keysBelow(subject.store, subject.folder)).toEqual([]);

      await subject.save(`${subject.folder}/a`, Buffer.from('whole'));
      await expect(broken()).rejects.toThrow('the source broke');
      expect((await buffer(await subject.store.read(`${subject.folder}/a`))).toString()).toBe('whole');
    });

    it('does not take the failure of a file it was to store for its own', async () => {
      const missing = createReadStream('/nowhere/at/all');
      const written = subject.store.write(`${subject.folder}/a`, missing, {
        contentType: 'video/mp4',
        size: 9_000_000,
      });
      await expect(written).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('leaves nothing when it is aborted', async () => {
      const abort = new AbortController();
      const body = streamOf(32 * MIB);
      body.once('resume', () => abort.abort());
      body.once('readable', () => abort.abort());
      const options = { contentType: 'video/mp4', size: 32 * MIB, signal: abort.signal };
      await expect(subject.store.write(`${subject.folder}/a`, body, options)).rejects.toMatchObject({
        name: 'AbortError',
      });
      expect(await subject.store.head(`${subject.folder}/a`)).toBeNull();
    });

    it.each([
      ['a short buffer', () => Buffer.alloc(9)],
      ['a long buffer', () => Buffer.alloc(11)],
      ['a short stream', () => streamOf(9)],
      ['a long stream', () => streamOf(11)],
    ])('refuses %s', async (_, body) => {
      const written = subject.store.write(`${subject.folder}/a`, body(), { contentType: 'text/plain', size: 10 });
      await expect(written).rejects.toThrow(ObjectSizeError);
      expect(await subject.store.head(`${subject.folder}/a`)).toBeNull();
    });

    it.each([0, 9, 20 * MIB])(
      'takes a stream of %d bytes whose length nobody knew, and none that is too long',
      async (size) => {
        const write = (atMost: number) =>
          subject.store.write(`${subject.folder}/a`, streamOf(size), { contentType: 'text/plain', size: { atMost } });
        if (size > 0) {
          await expect(write(size - 1)).rejects.toThrow(ObjectSizeError);
          expect(await subject.store.head(`${subject.folder}/a`)).toBeNull();
        }
        await write(size);
        expect(await subject.store.head(`${subject.folder}/a`)).toMatchObject({ size, contentType: 'text/plain' });
      },
    );

    it('reads ranges, both ends included', async () => {
      await subject.save(`${subject.folder}/a`, Buffer.from('0123456789'));
      const read = async (start: number, end: number) =>
        (await buffer(await subject.store.read(`${subject.folder}/a`, { start, end }))).toString();
      expect(await read(0, 0)).toBe('0');
      expect(await read(3, 5)).toBe('345');
      expect(await read(8, 4100)).toBe('89');
      expect(await read(10, 20)).toBe('');
    });

    it('stops reading when it is aborted', async () => {
      await subject.store.write(`${subject.folder}/a`, streamOf(20 * MIB), {
        contentType: 'video/mp4',
        size: 20 * MIB,
      });
      const abort = new AbortController();
      const body = await subject.store.read(`${subject.folder}/a`, undefined, abort.signal);
      body.once('data', () => abort.abort());
      await expect(buffer(body)).rejects.toMatchObject({ name: 'AbortError' });
    });

    it('says that there is no object', async () => {
      expect(await subject.store.head(`${subject.folder}/none`)).toBeNull();
      await expect(subject.store.read(`${subject.folder}/none`)).rejects.toThrow(ObjectNotFoundError);
    });

    it('holds little of a large object in memory', async () => {
      const size = 300 * MIB;
      const before = process.memoryUsage().rss;
      let most = before;
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
      await subject.store.write(`${subject.folder}/large`, streamOf(size), { contentType: 'video/mp4', size });
      let read = 0;
      for await (const chunk of await subject.store.read(`${subject.folder}/large`)) read += Buffer.from(chunk).length;
      clearInterval(watch);
      await subject.store.delete([`${subject.folder}/large`]);
      expect(read).toBe(size);
      expect((most - before) / MIB).toBeLessThan(150);
    });
  });
}
