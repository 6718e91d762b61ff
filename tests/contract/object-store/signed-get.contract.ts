import { buffer } from 'node:stream/consumers';
import { get, PNG, refused, tamperings, type Subject } from './support.js';

/** How clients download: over HTTP, with a URL that says what the bytes are. */
export function signedGetContract(subject: Subject): void {
  describe('a signed GET', () => {
    const bytes = Buffer.from('0123456789');
    const grant = (key: string, filename = 'photo.png') =>
      ({ key, ...PNG, filename, disposition: 'attachment' }) as const;

    it('gives the bytes with the type and name it was made for', async () => {
      await subject.save(`${subject.folder}/a`, bytes);
      const { status, headers, body } = await get(await subject.store.presignGet(grant(`${subject.folder}/a`)));
      expect(status).toBe(200);
      expect(body).toEqual(bytes);
      expect(headers['content-type']).toBe('image/png');
      expect(headers['content-length']).toBe('10');
      expect(headers['content-disposition']).toBe('attachment; filename="photo.png"');
    });

    it('carries any file name', async () => {
      await subject.save(`${subject.folder}/a`, bytes);
      const { headers } = await get(
        await subject.store.presignGet(grant(`${subject.folder}/a`, 'Ölbild "猫" 100%.png')),
      );
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
      await subject.save(`${subject.folder}/a`, bytes);
      const answer = await get(await subject.store.presignGet(grant(`${subject.folder}/a`)), { range });
      expect(answer).toMatchObject({ status, body: Buffer.from(expected) });
      expect(answer.headers['content-range']).toBe(contentRange);
    });

    it('refuses a range outside of the object with 416', async () => {
      await subject.save(`${subject.folder}/a`, bytes);
      expect(
        (await get(await subject.store.presignGet(grant(`${subject.folder}/a`)), { range: 'bytes=10-' })).status,
      ).toBe(416);
    });

    it('saves who has the bytes already from getting them again', async () => {
      await subject.save(`${subject.folder}/a`, bytes);
      const url = await subject.store.presignGet(grant(`${subject.folder}/a`));
      const etag = (await get(url)).headers.etag ?? '';
      expect(await get(url, { 'if-none-match': etag })).toMatchObject({ status: 304, body: Buffer.alloc(0) });
    });

    it('may be read by a script on another origin', async () => {
      await subject.save(`${subject.folder}/a`, bytes);
      const url = await subject.store.presignGet(grant(`${subject.folder}/a`));
      const { headers } = await get(url, { origin: 'https://app.example' });
      expect(headers['access-control-allow-origin']).toBe('*');
    });

    it('is 404 when there is no object', async () => {
      expect((await get(await subject.store.presignGet(grant(`${subject.folder}/none`)))).status).toBe(404);
    });

    it('refuses another key, a changed parameter, no signature, and to be used for a PUT', async () => {
      await subject.save(`${subject.folder}/a`, bytes);
      await subject.save(`${subject.folder}/b`, bytes);
      const url = await subject.store.presignGet(grant(`${subject.folder}/a`));
      const other = url.replace(`${subject.folder}/a`, `${subject.folder}/b`);
      for (const changed of [other, url.split('?', 1)[0] ?? '', ...tamperings(url)])
        expect({ changed, refused: refused((await get(changed)).status) }).toEqual({ changed, refused: true });
      const written = await fetch(url, { method: 'PUT', body: 'overwritten' });
      await written.arrayBuffer();
      expect(refused(written.status)).toBe(true);
      expect(await buffer(await subject.store.read(`${subject.folder}/a`))).toEqual(bytes);
    });
  });
}
