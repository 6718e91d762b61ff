import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { distanceFromFields, fields, output, photo, plain, pngOf, run } from '../pictures.fixtures.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'decode-'))));
afterEach(() => rm(folder, { recursive: true }));

const share = (bytes: Buffer, part: number) => bytes.subarray(0, Math.floor(bytes.length * part));

describe('damage', () => {
  it.each<[string, () => Sharp, number]>([
    ['a JPEG', () => photo().jpeg(), 0.5],
    ['a JPEG of which little is left', () => photo().jpeg(), 0.1],
    ['a progressive JPEG', () => photo().jpeg({ progressive: true }), 0.5],
    ['a CMYK JPEG', () => photo().toColourspace('cmyk').jpeg(), 0.5],
    ['a PNG', () => photo().png(), 0.5],
    ['an interlaced PNG', () => photo().png({ progressive: true }), 0.5],
    ['an interlaced PNG of which little is left', () => photo().png({ progressive: true }), 0.05],
    ['an interlaced PNG with a palette', () => photo().png({ progressive: true, palette: true, colours: 16 }), 0.5],
    ['a GIF', () => photo().gif(), 0.5],
  ])('shows what there is of %s that was cut off', async (_what, make, part) => {
    const result = await run(folder, share(await make().toBuffer(), part));
    expect(result.warnings).toEqual([
      { code: 'TRUNCATED', detail: 'The file ends too early; what there is of the picture is shown.' },
    ]);
    expect(result.facts).toMatchObject({ width: 320, height: 240 });
    expect(result.outputs).toHaveLength(2);
  });

  it.each([0.1, 0.3, 0.6, 0.9])('shows an interlaced PNG coarsely where %d of it is there', async (part) => {
    for (const picture of [fields(), fields().ensureAlpha(), fields().toColourspace('rgb16')]) {
      const whole = await picture.png({ progressive: true, compressionLevel: 0 }).toBuffer();
      const result = await run(folder, share(whole, part));
      expect(result.warnings).toMatchObject([{ code: 'TRUNCATED' }]);
      expect(await distanceFromFields(output(result, 'preview').path)).toBeLessThan(25);
    }
  });

  it('shows a JPEG that lacks only its end marker, however plain it is', async () => {
    for (const color of ['#fff', '#000', '#c04020']) {
      const whole = await sharp(plain(color, 200, 200))
        .jpeg()
        .toBuffer();
      const result = await run(folder, whole.subarray(0, -2));
      expect(result.warnings).toMatchObject([{ code: 'TRUNCATED' }]);
      expect(result.outputs).toHaveLength(2);
    }
    const scan = await sharp(plain('#fff', 200, 200))
      .withIccProfile('p3')
      .jpeg()
      .toBuffer();
    expect((await run(folder, scan.subarray(0, -2))).warnings).toMatchObject([{ code: 'TRUNCATED' }]);
  });

  it('warns of a picture that is damaged in the middle', async () => {
    const whole = await photo(640, 480).tiff({ compression: 'deflate' }).toBuffer();
    whole.fill(0xa5, whole.length / 2, whole.length / 2 + 100);
    const result = await run(folder, whole);
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
    const refusal = await run(folder, await make()).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ name: 'MediaFailure', code: 'CORRUPT_FILE', permanent: true });
    expect(JSON.stringify(refusal)).not.toContain(folder);
  });

  it('refuses what is no picture of a kind it reads, by name', async () => {
    const bmp = Buffer.concat([Buffer.from('BM'), Buffer.alloc(100)]);
    await expect(run(folder, bmp)).rejects.toMatchObject({ name: 'MediaFailure', permanent: true });
  });

  it('keeps the picture when the EXIF data is broken', async () => {
    const whole = await fields()
      .withExif({ IFD0: { Make: 'Acme' } })
      .jpeg()
      .toBuffer();
    const tiffHeader = whole.indexOf('Exif\0\0', 'latin1') + 6;
    whole.write('XX', tiffHeader, 'latin1');
    const result = await run(folder, whole);
    expect(result.warnings).toMatchObject([{ code: 'EXIF_UNREADABLE' }]);
    expect(result.facts.exif).toBeUndefined();
    expect(await distanceFromFields(output(result, 'preview').path)).toBeLessThan(25);
  });
});
