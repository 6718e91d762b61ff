import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { distanceFromFields, fields, output } from '../../pictures.fixtures.js';
import { processImage } from '../../process-image.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'raw-'))));
afterEach(() => rm(folder, { recursive: true }));

async function run(bytes: Buffer, mime: string) {
  const input = join(folder, 'original');
  await writeFile(input, bytes);
  const limits = { maxPixels: 10_000_000 };
  return processImage({ input, mime, outputDir: folder, limits, thumbnailEdge: 320, previewEdge: 1440 });
}

/** A TIFF's first directory with maker and orientation, and behind it what a camera put there. */
function raw(orientation: number, ...parts: Buffer[]): Buffer {
  const make = Buffer.from('NIKON CORPORATION\0', 'latin1');
  const head = Buffer.alloc(8 + 2 + 2 * 12 + 4);
  head.write('II*\0\x08', 'latin1');
  head.writeUInt16LE(2, 8);
  head.set([0x0f, 1, 2, 0, make.length, 0, 0, 0, head.length], 10);
  head.set([0x12, 1, 3, 0, 1, 0, 0, 0, orientation], 22);
  return Buffer.concat([head, make, ...parts]);
}

/** Begins as the JPEG does in which cameras keep what the sensor saw: lossless, so no decoder here shows it. */
const SENSOR = Buffer.from('ffd8ffc3000e0e2000300002001100011100', 'hex');
const noise = (length: number) => Buffer.from(Array.from({ length }, (_, index) => (index * 7919) & 0x7f));

describe('camera RAW', () => {
  it('is shown by its largest preview, turned as the RAW says', async () => {
    const sideways = await fields(600, 400).png().toBuffer();
    const preview = await sharp(sideways).rotate(270).jpeg().toBuffer();
    const thumbnail = await sharp(sideways).resize(160).jpeg().toBuffer();
    const bytes = raw(6, thumbnail, noise(999), preview, SENSOR, noise(50_000));
    const result = await run(bytes, 'image/x-nikon-nef');
    expect(result.facts).toMatchObject({ format: 'raw', mime: 'image/x-nikon-nef', width: 600, height: 400 });
    expect(result.facts.exif).toMatchObject({ camera: { make: 'NIKON CORPORATION' }, orientation: 6 });
    expect(await distanceFromFields(output(result, 'preview').path)).toBeLessThan(25);
  });

  it('is turned once when the preview says the same', async () => {
    const preview = await sharp(await fields(600, 400).png().toBuffer())
      .rotate(180)
      .withMetadata({ orientation: 3 })
      .jpeg()
      .toBuffer();
    const result = await run(raw(3, preview), 'image/x-nikon-nef');
    expect(await distanceFromFields(output(result, 'preview').path)).toBeLessThan(25);
  });

  it('of Fujifilm is turned as its preview says: it says nothing itself', async () => {
    const preview = await sharp(await fields(600, 400).png().toBuffer())
      .rotate(90)
      .withExif({ IFD0: { Make: 'FUJIFILM' } })
      .withMetadata({ orientation: 8 })
      .jpeg()
      .toBuffer();
    // Name, version and camera; then where its JPEG is, and how long (148 bytes in all, big-endian).
    const head = Buffer.alloc(148);
    head.write('FUJIFILMCCD-RAW 0201FF383501X-T10', 'latin1');
    head.writeUInt32BE(head.length, 84);
    head.writeUInt32BE(preview.length, 88);
    const result = await run(Buffer.concat([head, preview, noise(50_000)]), 'image/x-fujifilm-raf');
    expect(result.facts).toMatchObject({ format: 'raw', width: 600, height: 400, exif: { orientation: 8 } });
    expect(await distanceFromFields(output(result, 'preview').path)).toBeLessThan(25);
  });

  it('is shown by a preview that stands behind hundreds of tiles of the sensor', async () => {
    const tiles = Array.from({ length: 300 }, () => Buffer.concat([SENSOR, noise(500)]));
    const result = await run(raw(1, ...tiles, await fields(600, 400).jpeg().toBuffer()), 'image/x-adobe-dng');
    expect(result.facts).toMatchObject({ format: 'raw', width: 600, height: 400 });
  });

  it('of phones, without a JPEG in it, is shown by its first picture', async () => {
    const first = sharp(await fields(600, 400).png().toBuffer()).rotate(270);
    const bytes = await first.withMetadata({ orientation: 6 }).tiff({ compression: 'none' }).toBuffer();
    const result = await run(bytes, 'image/x-adobe-dng');
    expect(result.facts).toMatchObject({ format: 'raw', mime: 'image/x-adobe-dng', width: 600, height: 400 });
    expect(await distanceFromFields(output(result, 'preview').path)).toBeLessThan(25);
  });

  it('is refused with no preview in it, and with one beyond the limit', async () => {
    await expect(run(raw(1, SENSOR, noise(9999)), 'image/x-pentax-pef')).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
    });
    const bomb = await fields(100, 100).jpeg().toBuffer();
    bomb.writeUInt32BE(0xffffffff, bomb.indexOf(Buffer.from([0xff, 0xc0])) + 5);
    await expect(run(raw(1, bomb), 'image/x-pentax-pef')).rejects.toMatchObject({ code: 'PIXEL_LIMIT_EXCEEDED' });
  });
});
