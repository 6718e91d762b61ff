import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { make, tools } from '../../ffmpeg/films.fixtures.js';
import { distance, output, plain } from '../pictures.fixtures.js';
import { processImage } from '../process-image.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'animated-'))));
afterEach(() => rm(folder, { recursive: true }));

async function run(bytes: Buffer, { maxPixels = 10_000_000, hasTools = true } = {}) {
  const input = join(folder, 'original');
  await writeFile(input, bytes);
  const edges = { thumbnailEdge: 32, previewEdge: 50 };
  return processImage({
    input,
    outputDir: folder,
    limits: { maxPixels },
    ...edges,
    tools: hasTools ? await tools() : null,
  });
}

async function animation(colors: readonly string[]): Promise<Sharp> {
  const frames = colors.map((color) =>
    sharp(plain(color, 100, 80))
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(frames), { join: { animated: true } });
}

const COLORS = ['#ff0000', '#00ff00', '#0000ff'];
const DELAYS = [100, 200, 300];

async function apng(): Promise<Buffer> {
  await (await animation(COLORS)).gif({ delay: DELAYS, loop: 2 }).toFile(join(folder, 'from.gif'));
  const plays = ['-plays', '2', '-fps_mode', 'passthrough'];
  return readFile(await make(folder, 'moving.apng', ['-i', join(folder, 'from.gif'), ...plays, '-f', 'apng']));
}

const FORMATS: Array<[string, () => Promise<Buffer>]> = [
  ['GIF', async () => (await animation(COLORS)).gif({ delay: DELAYS, loop: 2 }).toBuffer()],
  ['WebP', async () => (await animation(COLORS)).webp({ delay: DELAYS, loop: 2, lossless: true }).toBuffer()],
  ['APNG', apng],
];

describe.each(FORMATS)('%s', (name, bytes) => {
  it('has a still thumbnail and a preview that moves as it does', async () => {
    const result = await run(await bytes());
    expect(result.warnings).toEqual([]);
    expect(result.facts).toMatchObject({ width: 100, height: 80, pages: 3, frames: 3 });
    const preview = output(result, 'preview');
    expect(preview).toMatchObject({ mime: 'image/webp', width: 50, height: 40 });
    const { pages, delay, loop, pageHeight } = await sharp(preview.path, { pages: -1 }).metadata();
    expect({ pages, pageHeight, loop }).toEqual({ pages: 3, pageHeight: 40, loop: 2 });
    // ffmpeg does not write what the last frame of an APNG was told.
    expect(delay?.slice(0, 2)).toEqual(DELAYS.slice(0, 2));
    for (const [page, color] of [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
    ].entries()) {
      const { data } = await sharp(preview.path, { page }).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      expect(distance([...data.subarray(0, 3)], color)).toBeLessThan(name === 'GIF' ? 40 : 10);
    }
    expect((await sharp(output(result, 'thumbnail').path).metadata()).pages ?? 1).toBe(1);
  });

  it('is shown by as many frames as have the pixels of one picture, and tells of all', async () => {
    const result = await run(await bytes(), { maxPixels: 2 * 100 * 80 });
    expect(result.facts).toMatchObject({ frames: 3 });
    expect((await sharp(output(result, 'preview').path).metadata()).pages).toBe(2);
    const still = await run(await bytes(), { maxPixels: 100 * 80 });
    expect((await sharp(output(still, 'preview').path).metadata()).pages ?? 1).toBe(1);
  });
});

it('shows no more than 200 frames', async () => {
  const frame = (index: number) => `#${(index * 40_000 + 1000).toString(16).padStart(6, '0')}`;
  const many = await animation(Array.from({ length: 210 }, (_, index) => frame(index)));
  const result = await run(await many.gif({ effort: 1 }).toBuffer());
  expect(result.facts).toMatchObject({ frames: 210 });
  expect((await sharp(output(result, 'preview').path).metadata()).pages).toBe(200);
});

it('stands still without ffmpeg where libvips reads one frame only', async () => {
  const result = await run(await apng(), { hasTools: false });
  expect(result.facts).toMatchObject({ frames: 3 });
  expect((await sharp(output(result, 'preview').path).metadata()).pages ?? 1).toBe(1);
});

// WebP is a container whose length is written at its beginning: Chromium shows nothing of one that is cut off.
it.each(FORMATS.filter(([name]) => name !== 'WebP'))(
  '%s that is cut off is shown as far as it goes',
  async (_, bytes) => {
    const whole = await bytes();
    const result = await run(whole.subarray(0, whole.length - 20));
    expect(result).toMatchObject({ outputs: [{ kind: 'thumbnail' }, { kind: 'preview' }] });
    expect(result.warnings).toMatchObject([{ code: 'TRUNCATED' }]);
  },
);
