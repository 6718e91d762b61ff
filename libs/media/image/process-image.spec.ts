import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { thumbHashToAverageRGBA } from 'thumbhash';
import type { ProcessResult } from '../result.js';
import { processImage } from './process-image.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'process-image-'))));
afterEach(() => rm(folder, { recursive: true }));

/** Processes bytes as the file that they are. */
async function run(bytes: Buffer | Sharp, options: { maxPixels?: number; signal?: AbortSignal } = {}) {
  const input = join(folder, 'original');
  await writeFile(input, Buffer.isBuffer(bytes) ? bytes : await bytes.toBuffer());
  const limits = { maxPixels: options.maxPixels ?? 10_000_000 };
  const task = { input, outputDir: folder, limits, thumbnailEdge: 320, previewEdge: 1440 };
  return processImage(task, options.signal);
}

const output = (result: ProcessResult, kind: 'thumbnail' | 'preview') => {
  const found = result.outputs.find((one) => one.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
};

/** The colour in the middle of a part of a picture; x and y from 0 to 1. */
async function colorAt(path: string, { x, y } = { x: 0.5, y: 0.5 }): Promise<number[]> {
  const { data, info } = await sharp(path).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 4;
  return [...data.subarray(at, at + 4)];
}

const distance = (a: number[], b: number[]) =>
  Math.max(...b.map((value, index) => Math.abs(value - (a[index] ?? 999))));

/** Four fields, and where the middle of each is. */
const FIELDS = {
  red: { x: 0.25, y: 0.25, rgb: [255, 0, 0] },
  green: { x: 0.75, y: 0.25, rgb: [0, 255, 0] },
  blue: { x: 0.25, y: 0.75, rgb: [0, 0, 255] },
  white: { x: 0.75, y: 0.75, rgb: [255, 255, 255] },
};

const field = (background: string, width: number, height: number) => ({
  create: { width, height, channels: 3 as const, background },
});

function fields(width = 600, height = 400): Sharp {
  const [w, h] = [width / 2, height / 2];
  return sharp(field('#fff', width, height)).composite([
    { input: field('#f00', w, h), left: 0, top: 0 },
    { input: field('#0f0', w, h), left: w, top: 0 },
    { input: field('#00f', w, h), left: 0, top: h },
  ]);
}

async function expectFields(path: string, tolerance = 24) {
  for (const { rgb, ...place } of Object.values(FIELDS))
    expect(distance(await colorAt(path, place), rgb)).toBeLessThanOrEqual(tolerance);
}

/** Something like a photo: a gradient with noise, so that damage shows and compressed data is long. */
function photo(width = 320, height = 240): Sharp {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
  return sharp({ create: { width, height, channels: 3, noise, background: '#000' } }).modulate({ hue: 90 });
}

const share = (bytes: Buffer, part: number) => bytes.subarray(0, Math.floor(bytes.length * part));

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** A PNG that says what it likes of its size. */
function pngOf(width: number, height: number, data: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const body = [pngChunk('IHDR', header), pngChunk('IDAT', deflateSync(data)), pngChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...body]);
}

describe('outputs', () => {
  it('makes thumbnail and preview of a photo, with facts', async () => {
    const result = await run(fields(3000, 2000).jpeg());
    expect(result.warnings).toEqual([]);
    expect(result.facts).toMatchObject({ format: 'jpeg', mime: 'image/jpeg', width: 3000, height: 2000 });
    expect(result.facts).toMatchObject({ colorSpace: 'srgb', hasAlpha: false, pages: 1 });
    expect(result.outputs.map(({ kind, mime, width, height }) => ({ kind, mime, width, height }))).toEqual([
      { kind: 'thumbnail', mime: 'image/webp', width: 320, height: 213 },
      { kind: 'preview', mime: 'image/webp', width: 1440, height: 960 },
    ]);
    for (const { path, size, width, height } of result.outputs) {
      expect((await readFile(path)).length).toBe(size);
      expect(await sharp(path).metadata()).toMatchObject({ format: 'webp', width, height });
      await expectFields(path);
    }
  });

  it('never enlarges', async () => {
    const result = await run(fields(100, 60).png());
    expect(result.outputs.map(({ width, height }) => [width, height])).toEqual([
      [100, 60],
      [100, 60],
    ]);
  });

  it.each([
    [9000, 1],
    [1, 9000],
    [1, 1],
  ])('makes a picture of %i × %i pixels', async (width, height) => {
    const result = await run(sharp(field('#08f', width, height)).png());
    expect(result.facts).toMatchObject({ width, height, dominantColor: '#0088ff' });
    expect(Math.max(output(result, 'preview').width, output(result, 'preview').height)).toBeLessThanOrEqual(1440);
  });

  it('leaves nothing of the input in them: no EXIF, XMP, IPTC, profile', async () => {
    const input = await fields()
      .withExif({ IFD0: { Make: 'Acme' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '1/1 2/1 3/1' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret/></x:xmpmeta>')
      .withIccProfile('p3')
      .jpeg()
      .toBuffer();
    const before = await sharp(input).metadata();
    expect(before.exif && before.xmp && before.icc).toBeDefined();
    for (const { path } of (await run(input)).outputs) {
      const { exif, xmp, iptc, icc, comments, orientation } = await sharp(path).metadata();
      expect([exif, xmp, iptc, icc, comments, orientation]).toEqual(Array(6).fill(undefined));
      expect((await readFile(path)).includes('Acme')).toBe(false);
    }
  });

  it('stops between steps when told to', async () => {
    await expect(run(fields().png(), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});

describe('orientation', () => {
  /** What a camera stores so that the orientation sets it upright (Exif 3.0, 4.6.5.1: tag Orientation). */
  const stored: Record<number, (upright: Sharp) => Promise<Sharp>> = {
    1: async (upright) => upright,
    2: async (upright) => upright.flop(),
    3: async (upright) => upright.rotate(180),
    4: async (upright) => upright.flip(),
    5: async (upright) => sharp(await upright.rotate(90).png().toBuffer()).flop(),
    6: async (upright) => upright.rotate(270),
    7: async (upright) => sharp(await upright.rotate(90).png().toBuffer()).flip(),
    8: async (upright) => upright.rotate(90),
  };

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('%i is set upright', async (orientation) => {
    const upright = sharp(await fields(600, 400).png().toBuffer());
    const turned = await stored[orientation]?.(upright);
    const result = await run(
      sharp(await turned?.png().toBuffer())
        .withMetadata({ orientation })
        .jpeg(),
    );
    expect(result.facts).toMatchObject({ width: 600, height: 400, exif: { orientation } });
    expect(output(result, 'thumbnail')).toMatchObject({ width: 320, height: 213 });
    for (const { path } of result.outputs) await expectFields(path);
  });
});

describe('formats', () => {
  it.each<[string, string, () => Sharp]>([
    ['jpeg', 'image/jpeg', () => fields().jpeg({ progressive: true })],
    ['png', 'image/png', () => fields().png()],
    ['png', 'image/png', () => fields().png({ palette: true })],
    ['png', 'image/png', () => fields().png({ progressive: true })],
    ['webp', 'image/webp', () => fields().webp()],
    ['webp', 'image/webp', () => fields().webp({ lossless: true })],
    ['gif', 'image/gif', () => fields().gif()],
    ['avif', 'image/avif', () => fields().avif({ effort: 0 })],
    ['tiff', 'image/tiff', () => fields().tiff({ compression: 'lzw' })],
    ['tiff', 'image/tiff', () => fields().tiff({ compression: 'deflate', tile: true })],
  ])('reads %s', async (format, mime, make) => {
    const result = await run(make());
    expect(result.facts).toMatchObject({ format, mime, width: 600, height: 400, pages: 1 });
    expect(result.warnings).toEqual([]);
    await expectFields(output(result, 'preview').path);
  });

  it('shows the first frame of an animation and counts the rest', async () => {
    const frames = await Promise.all(
      ['#f00', '#0f0', '#00f'].map((color) =>
        sharp(field(color, 60, 40))
          .png()
          .toBuffer(),
      ),
    );
    for (const animation of [
      sharp(frames, { join: { animated: true } }).gif(),
      sharp(frames, { join: { animated: true } }).webp(),
    ]) {
      const result = await run(animation);
      expect(result.facts).toMatchObject({ width: 60, height: 40, pages: 3 });
      expect(distance(await colorAt(output(result, 'preview').path), [255, 0, 0])).toBeLessThan(10);
    }
  });

  it('shows the first page of a TIFF and counts the rest', async () => {
    const pages = await Promise.all(
      ['#f00', '#0f0'].map((color) =>
        sharp(field(color, 60, 40))
          .png()
          .toBuffer(),
      ),
    );
    const result = await run(sharp(pages, { join: { animated: true } }).tiff({ compression: 'lzw' }));
    expect(result.facts).toMatchObject({ format: 'tiff', width: 60, height: 40, pages: 2 });
    expect(distance(await colorAt(output(result, 'preview').path), [255, 0, 0])).toBeLessThan(10);
  });

  it.each<[string, string, () => Sharp]>([
    ['cmyk', 'a CMYK JPEG', () => fields().toColourspace('cmyk').jpeg({ quality: 100 })],
    ['srgb', 'a 16-bit PNG', () => fields().toColourspace('rgb16').png()],
    ['lab', 'a Lab TIFF', () => fields().toColourspace('lab').tiff({ compression: 'lzw' })],
  ])('%s: gets the colours of %s right', async (colorSpace, _what, make) => {
    const result = await run(make());
    expect(result.facts).toMatchObject({ colorSpace });
    const { path } = output(result, 'preview');
    for (const [index, name] of (['red', 'green', 'blue'] as const).entries()) {
      const color = await colorAt(path, FIELDS[name]);
      expect(color[index]).toBe(Math.max(...color.slice(0, 3)));
    }
    expect(distance(await colorAt(path, FIELDS.white), [255, 255, 255, 255])).toBeLessThan(10);
  });

  it.each([8, 16])('converts a wide-gamut profile at %i bits, and names it', async (bits) => {
    const wide = await sharp(field('#c83c1e', 60, 40))
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const input = bits === 8 ? wide : await sharp(wide).keepIccProfile().toColourspace('rgb16').png().toBuffer();
    const result = await run(input);
    expect((await sharp(input).metadata()).depth).toBe(bits === 8 ? 'uchar' : 'ushort');
    expect(result.facts).toMatchObject({ colorSpace: 'srgb', colorProfile: expect.stringMatching(/P3/) as string });
    expect(distance(await colorAt(output(result, 'preview').path), [200, 60, 30])).toBeLessThan(6);
  });

  it('keeps grey grey, at 8 and at 16 bits', async () => {
    for (const space of ['b-w', 'grey16']) {
      const result = await run(
        sharp(field('#646464', 60, 40))
          .toColourspace(space)
          .png(),
      );
      expect(result.facts).toMatchObject({ colorSpace: 'grey', dominantColor: '#646464' });
      expect(distance(await colorAt(output(result, 'preview').path), [100, 100, 100])).toBeLessThan(4);
    }
  });

  it.each(['srgb', 'b-w'])('keeps transparency (%s)', async (space) => {
    const half = {
      create: { width: 60, height: 40, channels: 4 as const, background: { r: 90, g: 90, b: 90, alpha: 0.5 } },
    };
    const result = await run(sharp(half).toColourspace(space).png());
    expect(result.facts.hasAlpha).toBe(true);
    for (const { path } of result.outputs) expect(distance(await colorAt(path), [90, 90, 90, 128])).toBeLessThan(4);
  });
});

describe('placeholder', () => {
  it.each(['#2060c0', '#f0e010', '#101010', '#c83c1e'])('of %s decodes to that colour', async (color) => {
    const result = await run(sharp(field(color, 900, 300)).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }));
    const wanted = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
    const { r, g, b, a } = thumbHashToAverageRGBA(Buffer.from(result.facts.thumbhash ?? '', 'base64'));
    expect(distance([r * 255, g * 255, b * 255], wanted)).toBeLessThan(16);
    expect(a).toBe(1);
    const dominant = [1, 3, 5].map((at) => Number.parseInt(result.facts.dominantColor?.slice(at, at + 2) ?? '', 16));
    expect(distance(dominant, wanted)).toBeLessThan(3);
  });

  it('finds the colour that most of the picture has, not the average of all', async () => {
    const spot = { input: field('#f00', 300, 200), left: 0, top: 0 };
    const result = await run(
      sharp(field('#00f', 600, 400))
        .composite([spot])
        .png(),
    );
    expect(result.facts.dominantColor).toBe('#0000ff');
  });

  it('takes a picture that is wholly transparent', async () => {
    const background = { r: 255, g: 0, b: 0, alpha: 0 };
    const result = await run(sharp({ create: { width: 50, height: 50, channels: 4, background } }).png());
    expect(result.facts).toMatchObject({ hasAlpha: true, dominantColor: '#ffffff' });
    expect(result.warnings).toEqual([]);
  });
});

describe('limits', () => {
  it('refuses 65,535 × 65,535 pixels by the header', async () => {
    const bomb = pngOf(65_535, 65_535, Buffer.alloc(1000));
    await expect(run(bomb)).rejects.toMatchObject({
      code: 'PIXEL_LIMIT_EXCEEDED',
      permanent: true,
      detail: 'The picture has 65535 × 65535 pixels; at most 10 million are accepted.',
    });
  });

  it('counts the pixels of the picture that is shown, exactly', async () => {
    const picture = await sharp(field('#000', 100, 100))
      .png()
      .toBuffer();
    await expect(run(picture, { maxPixels: 10_000 })).resolves.toBeDefined();
    await expect(run(picture, { maxPixels: 9_999 })).rejects.toMatchObject({ code: 'PIXEL_LIMIT_EXCEEDED' });
    const frames = await Promise.all(
      [1, 2, 3].map(() =>
        sharp(field('#123', 100, 100))
          .png()
          .toBuffer(),
      ),
    );
    await expect(run(sharp(frames, { join: { animated: true } }).gif(), { maxPixels: 10_000 })).resolves.toBeDefined();
  });
});

describe('damage', () => {
  it.each<[string, () => Sharp, number]>([
    ['a JPEG', () => photo().jpeg(), 0.5],
    ['a JPEG of which little is left', () => photo().jpeg(), 0.1],
    ['a progressive JPEG', () => photo().jpeg({ progressive: true }), 0.5],
    ['a CMYK JPEG', () => photo().toColourspace('cmyk').jpeg(), 0.5],
    ['a PNG', () => photo().png(), 0.5],
    ['a GIF', () => photo().gif(), 0.5],
  ])('shows what there is of %s that was cut off', async (_what, make, part) => {
    const result = await run(share(await make().toBuffer(), part));
    expect(result.warnings).toEqual([
      { code: 'TRUNCATED', detail: 'The file ends too early; what there is of the picture is shown.' },
    ]);
    expect(result.facts).toMatchObject({ width: 320, height: 240 });
    expect(result.outputs).toHaveLength(2);
  });

  it('shows a JPEG that lacks only its end marker, however plain it is', async () => {
    for (const color of ['#fff', '#000', '#c04020']) {
      const whole = await sharp(field(color, 200, 200))
        .jpeg()
        .toBuffer();
      const result = await run(whole.subarray(0, -2));
      expect(result.warnings).toMatchObject([{ code: 'TRUNCATED' }]);
      expect(result.outputs).toHaveLength(2);
    }
  });

  it('warns of a picture that is damaged in the middle', async () => {
    const whole = await photo(640, 480).tiff({ compression: 'lzw' }).toBuffer();
    whole.fill(0xa5, whole.length / 2, whole.length / 2 + 100);
    const result = await run(whole);
    expect(result.warnings).toMatchObject([{ code: 'DAMAGED' }]);
    expect(result.outputs).toHaveLength(2);
  });

  /** Keeps a file's head and makes the rest noise. */
  function noiseFrom(bytes: Buffer, start: number): Buffer {
    let state = 3;
    return bytes.map((byte, index) =>
      index < start ? byte : (state = (state * 48_271) % 2_147_483_647) & 0xff,
    ) as Buffer;
  }

  it.each<[string, () => Promise<Buffer>]>([
    ['nothing', async () => Buffer.alloc(0)],
    ['one byte', async () => Buffer.from('x')],
    ['text', async () => Buffer.from('this is no picture')],
    ['the first bytes of a JPEG', async () => share(await photo().jpeg().toBuffer(), 0.01)],
    [
      'the header of a JPEG, and noise',
      async () => {
        const whole = await photo().jpeg().toBuffer();
        return noiseFrom(whole, whole.indexOf('\xff\xda', 'latin1') + 14);
      },
    ],
    [
      'the header of a CMYK JPEG, and noise',
      async () => {
        const whole = await photo().toColourspace('cmyk').jpeg().toBuffer();
        return noiseFrom(whole, whole.indexOf('\xff\xda', 'latin1') + 16);
      },
    ],
    ['the header of a PNG, and noise', async () => noiseFrom(await photo().png().toBuffer(), 60)],
    ['a PNG that holds less than it says', async () => pngOf(1000, 1000, Buffer.alloc(3001 * 10, 200))],
    ['half an AVIF', async () => share(await photo().avif({ effort: 0 }).toBuffer(), 0.5)],
    ['half a WebP', async () => share(await photo().webp().toBuffer(), 0.5)],
    ['half a TIFF', async () => share(await photo().tiff().toBuffer(), 0.5)],
  ])('refuses %s', async (_what, make) => {
    const refusal = await run(await make()).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ name: 'MediaFailure', code: 'CORRUPT_FILE', permanent: true });
    expect(JSON.stringify(refusal)).not.toContain(folder);
  });

  it('refuses what is no picture of a kind it reads, by name', async () => {
    const bmp = Buffer.concat([Buffer.from('BM'), Buffer.alloc(100)]);
    await expect(run(bmp)).rejects.toMatchObject({ name: 'MediaFailure', permanent: true });
  });

  it('keeps the picture when the EXIF data is broken', async () => {
    const whole = await fields()
      .withExif({ IFD0: { Make: 'Acme' } })
      .jpeg()
      .toBuffer();
    const tiffHeader = whole.indexOf('Exif\0\0', 'latin1') + 6;
    whole.write('XX', tiffHeader, 'latin1');
    const result = await run(whole);
    expect(result.warnings).toMatchObject([{ code: 'EXIF_UNREADABLE' }]);
    expect(result.facts.exif).toBeUndefined();
    await expectFields(output(result, 'preview').path);
  });
});

describe('facts', () => {
  it('survive JSON unchanged', async () => {
    const { facts } = await run(
      fields()
        .withExif({ IFD0: { Make: 'Acme' } })
        .withIccProfile('p3')
        .jpeg(),
    );
    expect(facts.exif?.camera).toEqual({ make: 'Acme' });
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });
});
