import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findTools, type Tools } from '../../../ffmpeg/tools.js';
import { colorAt, distance, distanceFromFields, fields, output } from '../../pictures.fixtures.js';
import { processImage } from '../../process-image.js';

let folder: string;
let tools: Tools | null;
beforeAll(async () => (tools = await findTools({ searchPath: '' })));
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'still-'))));
afterEach(() => rm(folder, { recursive: true }));

async function encoded(
  encoder: string,
  extension: string,
  width = 600,
  height = 400,
  more: readonly string[] = [],
): Promise<Buffer> {
  const [from, to] = [join(folder, 'from.png'), join(folder, `to.${extension}`)];
  await fields(width, height).removeAlpha().png().toFile(from);
  await promisify(execFile)(tools?.ffmpeg ?? '', [
    '-i',
    from,
    '-c:v',
    encoder,
    ...more,
    '-f',
    'image2',
    '-update',
    '1',
    to,
  ]);
  const bytes = await readFile(to);
  await Promise.all([rm(from), rm(to)]);
  return bytes;
}

async function run(bytes: Buffer, maxPixels = 10_000_000, on = tools) {
  const input = join(folder, 'original');
  await writeFile(input, bytes);
  const edges = { thumbnailEdge: 320, previewEdge: 1440 };
  return processImage({ input, outputDir: folder, limits: { maxPixels }, ...edges, tools: on });
}

const FORMATS = [
  ['jxl', 'libjxl', 'jxl'],
  ['jp2', 'libopenjpeg', 'jp2'],
  ['jp2', 'libopenjpeg', 'j2k'],
] as const;

/** Two planes of halves: the left red, the right white (Adobe Photoshop File Formats). */
function psd(width: number, height: number): Buffer {
  const header = Buffer.alloc(26);
  header.write('8BPS');
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(3, 12);
  header.writeUInt32BE(height, 14);
  header.writeUInt32BE(width, 18);
  header.writeUInt16BE(8, 22);
  header.writeUInt16BE(3, 24);
  const row = Buffer.alloc(width).fill(255, width / 2);
  const half = Buffer.concat(Array<Buffer>(height).fill(row));
  // No palette, no resources, no layers; then the picture, not packed.
  return Buffer.concat([header, Buffer.alloc(12), Buffer.alloc(2), Buffer.alloc(width * height, 255), half, half]);
}

describe('Photoshop', () => {
  it('is shown as all of its layers together look', async () => {
    const result = await run(psd(600, 400));
    expect(result.warnings).toEqual([]);
    expect(result.facts).toMatchObject({ format: 'psd', width: 600, height: 400 });
    const { path } = output(result, 'preview');
    expect(distance(await colorAt(path, { x: 0.25, y: 0.5 }), [255, 0, 0])).toBeLessThan(10);
    expect(distance(await colorAt(path, { x: 0.75, y: 0.5 }), [255, 255, 255])).toBeLessThan(10);
  });

  it('is kept without a picture where that is missing, or nothing here reads it', async () => {
    const kept = { outputs: [], warnings: [{ code: 'NO_DECODER' }] };
    expect(await run(psd(600, 400).subarray(0, 40))).toMatchObject(kept);
    expect(await run(psd(600, 400), 10_000_000, null)).toMatchObject(kept);
    await expect(run(psd(600, 400), 1000)).rejects.toMatchObject({ code: 'PIXEL_LIMIT_EXCEEDED' });
  });
});

describe('OpenEXR and Truevision TGA', () => {
  it.each([
    ['exr', 'exr', ['-pix_fmt', 'gbrpf32le']],
    ['exr', 'exr', ['-pix_fmt', 'gbrapf32le', '-compression', 'zip16']],
    ['tga', 'targa', []],
    ['tga', 'targa', ['-pix_fmt', 'bgra']],
  ])('%s is shown (%s %j)', async (format, encoder, more) => {
    // What is full or nothing is the same in linear light.
    const bytes = await encoded(encoder, format, 602, 400, more);
    const result = await run(bytes);
    expect(result.facts).toMatchObject({ format, width: 602, height: 400, pages: 1 });
    expect(result.warnings).toEqual([]);
    for (const { path } of result.outputs) expect(await distanceFromFields(path)).toBeLessThan(25);
    await expect(run(bytes, 1000)).rejects.toMatchObject({ code: 'PIXEL_LIMIT_EXCEEDED' });
    for (const length of [18, 40, 200]) {
      const refusal = await run(bytes.subarray(0, length)).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ name: 'MediaFailure', code: 'CORRUPT_FILE' });
    }
    expect(await run(bytes, 1e7, null)).toMatchObject({ outputs: [], warnings: [{ code: 'NO_DECODER' }] });
  });
});

describe('JPEG XL and JPEG 2000', () => {
  it.each(FORMATS)('%s is shown (%s, .%s)', async (format, encoder, extension) => {
    const result = await run(await encoded(encoder, extension, 602, 400));
    expect(result.facts).toMatchObject({ format, width: 602, height: 400, hasAlpha: false, pages: 1 });
    expect(result.warnings).toEqual([]);
    for (const { path } of result.outputs) expect(await distanceFromFields(path)).toBeLessThan(25);
    expect((await readdir(folder)).toSorted()).toEqual(['original', 'preview.webp', 'thumbnail.webp']);
    expect(output(result, 'preview')).toMatchObject({ width: 602, height: 400 });
  });

  it.each(['yuv420p', 'gray', 'rgb48'])('JPEG 2000 of %s is shown', async (pixels) => {
    const result = await run(await encoded('jpeg2000', 'jp2', 602, 400, ['-pix_fmt', pixels]));
    expect(result.facts).toMatchObject({ format: 'jp2', width: 602, height: 400 });
    if (pixels !== 'gray') expect(await distanceFromFields(output(result, 'preview').path)).toBeLessThan(25);
  });

  it.each(FORMATS)('%s that is needed smaller is halved on the way (%s, .%s)', async (format, encoder, extension) => {
    const result = await run(await encoded(encoder, extension, 3002, 2002));
    expect(result.facts).toMatchObject({ format, width: 3002, height: 2002 });
    expect(output(result, 'preview')).toMatchObject({ width: 1440, height: 960 });
    for (const { path } of result.outputs) expect(await distanceFromFields(path)).toBeLessThan(25);
  });

  it.each(FORMATS)('%s is refused by its declared size (%s, .%s)', async (_format, encoder, extension) => {
    await expect(run(await encoded(encoder, extension), 600 * 400 - 1)).rejects.toMatchObject({
      code: 'PIXEL_LIMIT_EXCEEDED',
      permanent: true,
    });
  });

  it.each(FORMATS)(
    '%s that is cut off, or noise, is refused without a path in the reason (%s, .%s)',
    async (...row) => {
      const whole = await encoded(row[1], row[2]);
      for (const bytes of [whole.subarray(0, 60), Buffer.concat([whole.subarray(0, 120), Buffer.alloc(5000, 0xa5)])]) {
        const refusal = await run(bytes).catch((error: unknown) => error);
        expect(refusal).toMatchObject({ name: 'MediaFailure', code: 'CORRUPT_FILE' });
        expect(JSON.stringify(refusal)).not.toContain(folder);
      }
    },
  );

  it('is kept without a picture where there is no ffmpeg', async () => {
    const result = await run(await encoded('libjxl', 'jxl'), 1e7, null);
    expect(result).toMatchObject({ outputs: [], warnings: [{ code: 'NO_DECODER' }] });
  });
});
