import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchWriter } from './batch-writer.js';

describe('BatchWriter', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'disk-batch-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([[[0]], [[1, 0, 2]], [[700_000, 1, 70_000, 600_000]], [Array.from({ length: 40 }, () => 65_536)]])(
    'writes chunks of %j bytes one after the other',
    async (sizes) => {
      const chunks = sizes.map((size) => randomBytes(size));
      const file = await open(join(folder, 'a'), 'w');
      const writer = new BatchWriter(file);
      for (const chunk of chunks) await writer.add(chunk);
      await writer.finish();
      await file.close();
      expect(Buffer.concat(chunks).equals(await readFile(join(folder, 'a')))).toBe(true);
    },
  );

  it('says that the disk refused, at the latest in the end, and never to nobody', async () => {
    await writeFile(join(folder, 'a'), '');
    const readOnly = await open(join(folder, 'a'), 'r');
    const writer = new BatchWriter(readOnly);
    await writer.add(Buffer.alloc(600_000));
    await writer.settle();
    await expect(writer.add(Buffer.alloc(600_000))).rejects.toMatchObject({ code: 'EBADF' });
    await expect(writer.finish()).rejects.toMatchObject({ code: 'EBADF' });
    await readOnly.close();
  });
});
