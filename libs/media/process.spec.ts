import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { processFile } from './process.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'process-'))));
afterEach(() => rm(folder, { recursive: true }));

const taskOf = (mime: string) => ({
  mime,
  input: join(folder, 'original'),
  outputDir: folder,
  limits: { maxPixels: 1_000_000 },
  thumbnailEdge: 16,
  previewEdge: 64,
});

describe('processFile', () => {
  beforeEach(() =>
    sharp({ create: { width: 200, height: 100, channels: 3, background: '#08f' } })
      .png()
      .toFile(join(folder, 'original')),
  );

  it.each(['image/png', 'image/apng', 'image/jpeg'])('makes of %s what the table says', async (mime) => {
    const { outputs, facts } = await processFile(taskOf(mime));
    expect(outputs.map(({ kind, width, height }) => [kind, width, height])).toEqual([
      ['thumbnail', 16, 8],
      ['preview', 64, 32],
    ]);
    expect(facts.mime).toBe('image/png');
  });

  it.each(['application/epub+zip', 'application/zip', 'text/plain', 'no/such'])('makes nothing of %s', async (mime) => {
    expect(await processFile(taskOf(mime))).toEqual({ outputs: [], facts: {}, warnings: [] });
    expect(await readdir(folder)).toEqual(['original']);
  });

  it.each(['video/mp4', 'audio/mpeg'])('keeps %s as it is on a machine without ffmpeg', async (mime) => {
    expect(await processFile({ ...taskOf(mime), tools: null })).toEqual({
      outputs: [],
      facts: {},
      warnings: [{ code: 'NO_DECODER', detail: expect.stringMatching(/kept as it is/) }],
    });
  });

  it('stops when told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(processFile(taskOf('image/png'), signal)).rejects.toThrow('enough');
  });
});
