import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { thumbHashToAverageRGBA } from 'thumbhash';
import { colorAt, distance, distanceFromFields, fields, FIELDS, output, plain, run } from '../pictures.fixtures.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'formats-'))));
afterEach(() => rm(folder, { recursive: true }));

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
    const result = await run(folder, make());
    expect(result.facts).toMatchObject({ format, mime, width: 600, height: 400, pages: 1 });
    expect(result.warnings).toEqual([]);
    expect(await distanceFromFields(output(result, 'preview').path)).toBeLessThan(25);
  });

  it('shows the first frame of an animation and counts the rest', async () => {
    const frames = await Promise.all(
      ['#f00', '#0f0', '#00f'].map((color) =>
        sharp(plain(color, 60, 40))
          .png()
          .toBuffer(),
      ),
    );
    for (const animation of [
      sharp(frames, { join: { animated: true } }).gif(),
      sharp(frames, { join: { animated: true } }).webp(),
    ]) {
      const result = await run(folder, animation);
      expect(result.facts).toMatchObject({ width: 60, height: 40, pages: 3, frames: 3 });
      expect(distance(await colorAt(output(result, 'preview').path), [255, 0, 0])).toBeLessThan(10);
    }
  });

  it('shows the first page of a TIFF and counts the rest', async () => {
    const pages = await Promise.all(
      ['#f00', '#0f0'].map((color) =>
        sharp(plain(color, 60, 40))
          .png()
          .toBuffer(),
      ),
    );
    const result = await run(folder, sharp(pages, { join: { animated: true } }).tiff({ compression: 'lzw' }));
    expect(result.facts).toMatchObject({ format: 'tiff', width: 60, height: 40, pages: 2 });
    expect(distance(await colorAt(output(result, 'preview').path), [255, 0, 0])).toBeLessThan(10);
  });

  it.each<[string, string, () => Sharp]>([
    ['cmyk', 'a CMYK JPEG', () => fields().toColourspace('cmyk').jpeg({ quality: 100 })],
    ['srgb', 'a 16-bit PNG', () => fields().toColourspace('rgb16').png()],
    ['lab', 'a Lab TIFF', () => fields().toColourspace('lab').tiff({ compression: 'lzw' })],
  ])('%s: gets the colours of %s right', async (colorSpace, _what, make) => {
    const result = await run(folder, make());
    expect(result.facts).toMatchObject({ colorSpace });
    const { path } = output(result, 'preview');
    for (const [index, name] of (['red', 'green', 'blue'] as const).entries()) {
      const color = await colorAt(path, FIELDS[name]);
      expect(color[index]).toBe(Math.max(...color.slice(0, 3)));
    }
    expect(distance(await colorAt(path, FIELDS.white), [255, 255, 255, 255])).toBeLessThan(10);
  });

  it.each([8, 16])('converts a wide-gamut profile at %i bits, and names it', async (bits) => {
    const wide = await sharp(plain('#c83c1e', 60, 40))
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const input = bits === 8 ? wide : await sharp(wide).keepIccProfile().toColourspace('rgb16').png().toBuffer();
    const result = await run(folder, input);
    expect((await sharp(input).metadata()).depth).toBe(bits === 8 ? 'uchar' : 'ushort');
    expect(result.facts).toMatchObject({ colorSpace: 'srgb', colorProfile: expect.stringMatching(/P3/) as string });
    expect(distance(await colorAt(output(result, 'preview').path), [200, 60, 30])).toBeLessThan(6);
  });

  it('keeps grey grey, at 8 and at 16 bits', async () => {
    for (const space of ['b-w', 'grey16']) {
      const result = await run(
        folder,
        sharp(plain('#646464', 60, 40))
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
    const result = await run(folder, sharp(half).toColourspace(space).png());
    expect(result.facts.hasAlpha).toBe(true);
    for (const { path } of result.outputs) expect(distance(await colorAt(path), [90, 90, 90, 128])).toBeLessThan(4);
  });
});

describe('placeholder', () => {
  it.each(['#2060c0', '#f0e010', '#101010', '#c83c1e'])('of %s decodes to that colour', async (color) => {
    const result = await run(folder, sharp(plain(color, 900, 300)).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }));
    const wanted = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
    const { r, g, b, a } = thumbHashToAverageRGBA(Buffer.from(result.facts.thumbhash ?? '', 'base64'));
    expect(distance([r * 255, g * 255, b * 255], wanted)).toBeLessThan(16);
    expect(a).toBe(1);
    const dominant = [1, 3, 5].map((at) => Number.parseInt(result.facts.dominantColor?.slice(at, at + 2) ?? '', 16));
    expect(distance(dominant, wanted)).toBeLessThan(3);
  });

  it('finds the colour that most of the picture has, not the average of all', async () => {
    const spot = { input: plain('#f00', 300, 200), left: 0, top: 0 };
    const result = await run(
      folder,
      sharp(plain('#00f', 600, 400))
        .composite([spot])
        .png(),
    );
    expect(result.facts.dominantColor).toBe('#0000ff');
  });

  it('takes a picture that is wholly transparent', async () => {
    const background = { r: 255, g: 0, b: 0, alpha: 0 };
    const result = await run(folder, sharp({ create: { width: 50, height: 50, channels: 4, background } }).png());
    expect(result.facts).toMatchObject({ hasAlpha: true, dominantColor: '#ffffff' });
    expect(result.warnings).toEqual([]);
  });
});
