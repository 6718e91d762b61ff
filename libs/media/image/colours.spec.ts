import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { ciede2000, labOf, type Lab, type Rgb } from './ciede2000.fixtures.js';
import { TiffWriter } from './decode/tiff-writer.js';
import { displayP3 } from './metadata/display-p3.js';
import { output } from './pictures.fixtures.js';
import { processImage } from './process-image.js';

/** Pairs of Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula", table 1: numbers 1, 7, 9, 17, 25, 34. */
const PUBLISHED: [Lab, Lab, number][] = [
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, 0, 0], [50, -1, 2], 2.3669],
  [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
  [[50, 2.5, 0], [73, 25, -18], 27.1492],
  [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
];

it.each(PUBLISHED)('the measure itself: %j and %j are %d apart', (one, other, apart) => {
  expect(ciede2000(one, other)).toBeCloseTo(apart, 4);
});

const PATCH = 32;
const LEVELS = [0, 85, 170, 255];
const VIVID: Rgb[] = LEVELS.flatMap((red) => LEVELS.flatMap((green) => LEVELS.map((blue): Rgb => [red, green, blue])));
const GREYS: Rgb[] = Array.from({ length: 64 }, (_, index): Rgb => [index * 4, index * 4, index * 4]);
const [COLUMNS, ROWS] = [8, 8];

/** Eight by eight patches, in sRGB. */
function chart(colours: readonly Rgb[]): Sharp {
  const [width, height] = [COLUMNS * PATCH, ROWS * PATCH];
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set(colours[patchAt(x, y)] ?? [], (y * width + x) * 3);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

const patchAt = (x: number, y: number): number => Math.floor(y / PATCH) * COLUMNS + Math.floor(x / PATCH);

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'colours-'))));
afterEach(() => rm(folder, { recursive: true }));

async function previewOf(original: Buffer): Promise<Rgb[]> {
  const input = join(folder, 'original');
  await writeFile(input, original);
  const result = await processImage({
    input,
    outputDir: folder,
    limits: { maxPixels: 1_000_000 },
    thumbnailEdge: 32,
    previewEdge: 1_440,
  });
  expect(result.warnings).toEqual([]);
  return shownOf(output(result, 'preview').path);
}

/** What a viewer shows in the middle of each patch, in sRGB. */
async function shownOf(picture: string | Buffer): Promise<Rgb[]> {
  const shown = sharp(picture).toColourspace('srgb').removeAlpha().raw();
  const { data, info } = await shown.toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: COLUMNS * PATCH, height: ROWS * PATCH, channels: 3 });
  return Array.from({ length: COLUMNS * ROWS }, (_, index): Rgb => {
    const [x, y] = [((index % COLUMNS) + 0.5) * PATCH, (Math.floor(index / COLUMNS) + 0.5) * PATCH];
    const at = (y * info.width + x) * 3;
    return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
  });
}

function meanDifference(some: readonly Rgb[], others: readonly Rgb[]): number {
  const apart = some.map((rgb, index) => ciede2000(labOf(rgb), labOf(others[index] ?? [0, 0, 0])));
  return apart.reduce((sum, one) => sum + one, 0) / apart.length;
}

const FINE = { quality: 100, chromaSubsampling: '4:4:4' } as const;

const ORIGINALS: [string, readonly Rgb[], (made: Sharp) => Promise<Buffer>][] = [
  ['sRGB', VIVID, (made) => made.png().toBuffer()],
  ['Display P3', VIVID, (made) => made.withIccProfile('p3').png().toBuffer()],
  ['Display P3 as JPEG', VIVID, (made) => made.withIccProfile('p3').jpeg(FINE).toBuffer()],
  ['grey', GREYS, (made) => made.toColourspace('b-w').jpeg(FINE).toBuffer()],
  ['16 bit', VIVID, (made) => made.toColourspace('rgb16').png().toBuffer()],
  ['16 bit with a profile', VIVID, (made) => made.toColourspace('rgb16').withIccProfile('p3').png().toBuffer()],
];

it.each(ORIGINALS)('%s looks in its preview as it was painted', async (_, colours, make) => {
  expect(meanDifference(await previewOf(await make(chart(colours))), colours)).toBeLessThanOrEqual(2);
});

const INKS: [string, (made: Sharp) => Promise<Buffer>][] = [
  ['CMYK', (made) => made.toColourspace('cmyk').withIccProfile('cmyk').jpeg(FINE).toBuffer()],
  ['CMYK without a profile', (made) => made.toColourspace('cmyk').jpeg(FINE).toBuffer()],
];

it.each(INKS)('%s looks in its preview as it does itself: inks cannot show all that was painted', async (_, make) => {
  const original = await make(chart(VIVID));
  expect(meanDifference(await previewOf(original), await shownOf(original))).toBeLessThanOrEqual(2);
});

/** A chart whose numbers are meant as a profile says, of which sRGB does not have all. */
async function inWideGamut(icc: Buffer): Promise<Buffer> {
  const path = join(folder, 'wide');
  const { data, info } = await chart(VIVID).raw().toBuffer({ resolveWithObject: true });
  const writer = new TiffWriter(path);
  writer.append(data);
  writer.finish({ width: info.width, height: info.height, channels: 3, icc });
  writer.close();
  return readFile(path);
}

async function p3(): Promise<Buffer> {
  const icc = await displayP3();
  if (!icc) throw new Error('libvips brings no Display P3');
  return icc;
}

/** Display P3 with the primaries of Adobe RGB (1998), under D50. */
async function adobeRgb(): Promise<Buffer> {
  const icc = Buffer.from(await p3());
  const primaries: [string, number[]][] = [
    ['rXYZ', [0.60974, 0.31111, 0.01947]],
    ['gXYZ', [0.20528, 0.62567, 0.06087]],
    ['bXYZ', [0.14919, 0.06322, 0.74457]],
  ];
  for (const [tag, xyz] of primaries) {
    const at = icc.readUInt32BE(icc.indexOf(tag, 128, 'latin1') + 4);
    for (const [index, value] of xyz.entries()) icc.writeInt32BE(Math.round(value * 65_536), at + 8 + index * 4);
  }
  return icc;
}

/** The numbers in the middle of each patch, whatever a profile says that they mean. */
async function numbersOf(picture: string): Promise<Rgb[]> {
  const data = await sharp(picture).keepIccProfile().removeAlpha().raw().toBuffer();
  return Array.from({ length: COLUMNS * ROWS }, (_, index): Rgb => {
    const [x, y] = [((index % COLUMNS) + 0.5) * PATCH, (Math.floor(index / COLUMNS) + 0.5) * PATCH];
    const at = (y * COLUMNS * PATCH + x) * 3;
    return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
  });
}

describe('a wide gamut', () => {
  it('is kept in the preview: colours that sRGB does not have are there, with the profile that says so', async () => {
    await previewOf(await inWideGamut(await p3()));
    const preview = join(folder, 'preview.webp');
    const numbers = await numbersOf(preview);
    expect(meanDifference(numbers, VIVID)).toBeLessThanOrEqual(2);
    const green = numbers[VIVID.findIndex(([red, full, blue]) => red === 0 && full === 255 && blue === 0)];
    expect(Math.max(green?.[0] ?? 255, green?.[2] ?? 255)).toBeLessThan(40);
    const { icc, exif, xmp } = await sharp(preview).metadata();
    expect(icc?.equals(await p3())).toBe(true);
    expect([exif, xmp]).toEqual([undefined, undefined]);
    expect((await sharp(join(folder, 'thumbnail.webp')).metadata()).icc).toBeUndefined();
  });

  it.each([
    ['Display P3', p3],
    ['Adobe RGB', adobeRgb],
  ])('of %s looks in sRGB as the original does', async (_, profile) => {
    const original = await inWideGamut(await profile());
    expect(meanDifference(await previewOf(original), await shownOf(original))).toBeLessThanOrEqual(2);
    expect((await sharp(join(folder, 'preview.webp')).metadata()).icc?.equals(await p3())).toBe(true);
  });
});
