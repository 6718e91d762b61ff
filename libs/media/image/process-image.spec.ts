import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { displayP3 } from './metadata/display-p3.js';
import { distanceFromFields, fields, plain, pngOf, run, output } from './pictures.fixtures.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'process-image-'))));
afterEach(() => rm(folder, { recursive: true }));

describe('outputs', () => {
  it('makes thumbnail and preview of a photo, with facts', async () => {
    const result = await run(folder, fields(3000, 2000).jpeg());
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
      expect(await distanceFromFields(path)).toBeLessThan(25);
    }
  });

  it('never enlarges', async () => {
    const result = await run(folder, fields(100, 60).png());
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
    const result = await run(folder, sharp(plain('#08f', width, height)).png());
    expect(result.facts).toMatchObject({ width, height, dominantColor: '#0088ff' });
    expect(Math.max(output(result, 'preview').width, output(result, 'preview').height)).toBeLessThanOrEqual(1440);
  });

  it('leaves nothing of the input in them: no EXIF, XMP, IPTC, profile of its own', async () => {
    const input = await fields()
      .withExif({ IFD0: { Make: 'Acme' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '1/1 2/1 3/1' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret/></x:xmpmeta>')
      .withIccProfile('p3')
      .jpeg()
      .toBuffer();
    const before = await sharp(input).metadata();
    expect(before.exif && before.xmp && before.icc).toBeDefined();
    for (const { path, kind } of (await run(folder, input)).outputs) {
      const { exif, xmp, iptc, icc, comments, orientation } = await sharp(path).metadata();
      expect([exif, xmp, iptc, comments, orientation]).toEqual(Array(5).fill(undefined));
      // Colours that sRGB does not have are said to be there by a profile of ours.
      expect(icc).toEqual(kind === 'preview' ? await displayP3() : undefined);
      expect((await readFile(path)).includes('Acme')).toBe(false);
    }
  });

  it('stops between steps when told to', async () => {
    await expect(run(folder, fields().png(), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
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
      folder,
      sharp(await turned?.png().toBuffer())
        .withMetadata({ orientation })
        .jpeg(),
    );
    expect(result.facts).toMatchObject({ width: 600, height: 400, exif: { orientation } });
    expect(output(result, 'thumbnail')).toMatchObject({ width: 320, height: 213 });
    for (const { path } of result.outputs) expect(await distanceFromFields(path)).toBeLessThan(25);
  });
});

describe('limits', () => {
  it('refuses 65,535 × 65,535 pixels by the header', async () => {
    const bomb = pngOf(65_535, 65_535, Buffer.alloc(1000));
    await expect(run(folder, bomb)).rejects.toMatchObject({
      code: 'PIXEL_LIMIT_EXCEEDED',
      permanent: true,
      detail: 'The picture has 65535 × 65535 pixels; at most 10 million are accepted.',
    });
  });

  it('counts the pixels of the picture that is shown, exactly', async () => {
    const picture = await sharp(plain('#000', 100, 100))
      .png()
      .toBuffer();
    await expect(run(folder, picture, { maxPixels: 10_000 })).resolves.toBeDefined();
    await expect(run(folder, picture, { maxPixels: 9_999 })).rejects.toMatchObject({ code: 'PIXEL_LIMIT_EXCEEDED' });
    const frames = await Promise.all(
      [1, 2, 3].map(() =>
        sharp(plain('#123', 100, 100))
          .png()
          .toBuffer(),
      ),
    );
    await expect(
      run(folder, sharp(frames, { join: { animated: true } }).gif(), { maxPixels: 10_000 }),
    ).resolves.toBeDefined();
  });
});

describe('facts', () => {
  it('survive JSON unchanged', async () => {
    const { facts } = await run(
      folder,
      fields()
        .withExif({ IFD0: { Make: 'Acme' } })
        .withIccProfile('p3')
        .jpeg(),
    );
    expect(facts.exif?.camera).toEqual({ make: 'Acme' });
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });
});
