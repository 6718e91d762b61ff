import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { photo } from '../image/pictures.fixtures.js';
import { VARIANT_FORMATS, type VariantFormat } from './formats.js';
import { makeVariant } from './make-variant.js';

const RED = { r: 220, g: 20, b: 20 };
const BLUE = { r: 20, g: 20, b: 220 };
const LIMITS = { maxPixels: 1_000_000 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'variant-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Red above blue, 300 × 200. */
const twoColors = () =>
  sharp({ create: { width: 300, height: 200, channels: 3, background: RED } }).composite([
    { input: { create: { width: 300, height: 100, channels: 3, background: BLUE } }, top: 100, left: 0 },
  ]);

async function make(source: Buffer, options: string, format: VariantFormat = 'png', limits = LIMITS) {
  const input = join(folder, 'source');
  await writeFile(input, source);
  const { outputs } = await makeVariant({ input, outputDir: folder, limits, variant: { options, format } });
  const [output] = outputs;
  if (!output) throw new Error('nothing was made');
  return { ...output, bytes: await readFile(output.path) };
}

/** red, green and blue of one pixel, in tens. */
async function colorAt(picture: Buffer, left: number, top: number) {
  const { data } = await sharp(picture).removeAlpha().extract({ left, top, width: 1, height: 1 }).raw().toBuffer({
    resolveWithObject: true,
  });
  return [...data].slice(0, 3).map((level) => Math.round(level / 20) * 20);
}

describe('a variant', () => {
  it.each(Object.keys(VARIANT_FORMATS) as VariantFormat[])('is written as %s', async (format) => {
    const made = await make(await twoColors().jpeg().toBuffer(), 'rs:fit:30:30', format);
    expect(made).toMatchObject({ width: 30, height: 20, mime: VARIANT_FORMATS[format].mime, size: made.bytes.length });
    const { mediaType, width, height } = await sharp(made.bytes).metadata();
    expect({ mediaType, width, height }).toEqual({ mediaType: made.mime, width: 30, height: 20 });
  });

  it('is upright, and cut where it is seen to be', async () => {
    // On its side: shown, red is to the right.
    const source = await twoColors().jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const made = await make(source, 'rs:fill:25:100,g:ea');
    expect(await colorAt(made.bytes, 20, 50)).toEqual([220, 20, 20]);
    const cropped = await make(source, 'c:40:40:we');
    expect(await colorAt(cropped.bytes, 20, 20)).toEqual([20, 20, 220]);
  });

  it('shows what the eye goes to', async () => {
    const grey = { create: { width: 900, height: 300, channels: 3 as const, background: { r: 128, g: 128, b: 128 } } };
    const face = await sharp({ create: { width: 120, height: 120, channels: 3, background: RED } })
      .png()
      .toBuffer();
    const source = await sharp(grey)
      .composite([{ input: face, left: 740, top: 90 }])
      .png()
      .toBuffer();
    const smart = await make(source, 'rs:fill:100:100,g:sm');
    const { channels } = await sharp(smart.bytes).stats();
    expect(channels[0]?.max).toBeGreaterThan(200);
    const center = await make(source, 'rs:fill:100:100');
    expect((await sharp(center.bytes).stats()).channels[0]?.max).toBeLessThan(140);
  });

  it('is blurred', async () => {
    const sharpEdge = await make(await twoColors().png().toBuffer(), '_');
    const blurred = await make(await twoColors().png().toBuffer(), 'bl:20');
    expect(await colorAt(sharpEdge.bytes, 150, 95)).toEqual([220, 20, 20]);
    expect((await colorAt(blurred.bytes, 150, 95))[2]).toBeGreaterThan(60);
  });

  it('costs fewer bytes at a lower quality', async () => {
    const source = await photo(200, 200).png().toBuffer();
    const [low, high] = [await make(source, 'q:20', 'webp'), await make(source, 'q:90', 'webp')];
    expect(low.size * 2).toBeLessThan(high.size);
  });

  it('has a background where it is asked for, or where the format knows no transparency', async () => {
    const clear = { create: { width: 9, height: 9, channels: 4 as const, background: { r: 0, g: 0, b: 0, alpha: 0 } } };
    const source = await sharp(clear).png().toBuffer();
    expect(await colorAt((await make(source, '_', 'jpg')).bytes, 4, 4)).toEqual([260, 260, 260]);
    expect(await colorAt((await make(source, 'bg:dc1414')).bytes, 4, 4)).toEqual([220, 20, 20]);
    expect((await sharp((await make(source, '_')).bytes).metadata()).hasAlpha).toBe(true);
  });

  it('says nothing of who took it, and where', async () => {
    const exif = { IFD0: { Copyright: 'somebody' }, IFD3: { GPSLatitude: '1/1 2/1 3/1' } };
    const source = await twoColors().jpeg().withExif(exif).toBuffer();
    const { exif: left, icc, xmp } = await sharp((await make(source, '_', 'webp')).bytes).metadata();
    expect({ left, icc, xmp }).toEqual({});
  });

  it('of a drawing is drawn in its size', async () => {
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="5" height="10" fill="red"/></svg>',
    );
    const made = await make(svg, 'rs:fit:400:400');
    expect([made.width, made.height]).toEqual([400, 400]);
    expect(await colorAt(made.bytes, 198, 200)).toEqual([260, 0, 0]);
  });

  it('larger than the limit is refused', async () => {
    const source = await twoColors().png().toBuffer();
    await expect(make(source, 'rs:fit:3000,el:1')).rejects.toMatchObject({ code: 'PIXEL_LIMIT_EXCEEDED' });
    await expect(make(source, '_', 'png', { maxPixels: 100 })).rejects.toMatchObject({ code: 'PIXEL_LIMIT_EXCEEDED' });
  });

  it('of a damaged picture shows what there is of it', async () => {
    const source = await twoColors().jpeg().toBuffer();
    expect(await make(source.subarray(0, source.length - 40), 'rs:fit:30')).toMatchObject({ width: 30 });
  });
});
