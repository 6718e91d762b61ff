import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { H264, make, PICTURES, tools } from '../ffmpeg/films.fixtures.js';
import { fields } from '../image/pictures.fixtures.js';
import { processFile } from '../process.js';
import { stripLocation } from './strip-location.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'location-'))));
afterEach(() => rm(folder, { recursive: true }));

const GPS = {
  GPSLatitudeRef: 'N',
  GPSLatitude: '52/1 31/1 12/1',
  GPSLongitudeRef: 'E',
  GPSLongitude: '13/1 24/1 18/1',
};
const XMP =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description exif:GPSLatitude="52,31.2N" dc:title="Berlin">' +
  '<exif:GPSLongitude>13,24.3E</exif:GPSLongitude></rdf:Description></rdf:RDF></x:xmpmeta>';

const somewhere = () =>
  fields()
    .withExif({ IFD0: { Make: 'Acme' }, IFD3: GPS })
    .withXmp(XMP);

async function process(input: string, mime: string, isStripped: boolean) {
  const edges = { thumbnailEdge: 320, previewEdge: 640 };
  const limits = { maxPixels: 1e7 };
  return processFile({
    input,
    mime,
    outputDir: folder,
    limits,
    ...edges,
    tools: await tools(),
    stripLocation: isStripped,
  });
}

it.each<[string, (image: Sharp) => Sharp]>([
  ['jpeg', (image) => image.jpeg()],
  ['png', (image) => image.png()],
  ['webp', (image) => image.webp()],
  ['avif', (image) => image.avif({ effort: 0 })],
])('takes the place out of a %s, and nothing else', async (format, encode) => {
  const input = join(folder, 'original');
  const before = await encode(somewhere()).toBuffer();
  await writeFile(input, before);
  const shown = await process(input, `image/${format}`, false);
  expect(shown.facts.exif?.gps).toMatchObject({ latitude: 52.52, longitude: 13.405 });
  expect(shown.facts.xmp?.gps).toEqual({ latitude: 52.52, longitude: 13.405 });
  expect(shown.inputChanged).toBeUndefined();

  const stripped = await process(input, `image/${format}`, true);
  expect(stripped).toMatchObject({ inputChanged: true, warnings: [], facts: { exif: { camera: { make: 'Acme' } } } });
  expect(JSON.stringify(stripped.facts)).not.toContain('gps');
  expect(stripped.facts.xmp).toEqual({ title: 'Berlin' });
  const after = await readFile(input);
  expect(after.length).toBe(before.length);
  expect(after.includes('52,31.2N') || after.includes('13,24.3E')).toBe(false);
  const [one, other] = await Promise.all(
    [before, after].map((bytes) => sharp(bytes, { failOn: 'warning' }).raw().toBuffer()),
  );
  expect(one?.equals(other ?? Buffer.alloc(0))).toBe(true);
  expect(await stripLocation(input, `image/${format}`)).toBe(false);
});

/** A directory with one entry of three rationals: where Berlin is. */
function placeDirectory(at: number): Buffer {
  const directory = Buffer.alloc(2 + 12 + 4 + 24);
  directory.writeUInt16LE(1, 0);
  directory.set([2, 0, 5, 0, 3, 0, 0, 0], 2);
  directory.writeUInt32LE(at + 18, 10);
  directory.write('Berlin is here, exactly.', 18, 'latin1');
  return directory;
}

it('takes it out of RAW that is no plain TIFF', async () => {
  const pointer = Buffer.alloc(2 + 12 + 4);
  pointer.writeUInt16LE(1, 0);
  pointer.set([0x25, 0x88, 4, 0, 1, 0, 0, 0, 26, 0, 0, 0], 2);
  const files: Array<[string, Buffer]> = [
    ['image/x-panasonic-rw2', Buffer.concat([Buffer.from('IIU\0\x08\0\0\0', 'latin1'), pointer, placeDirectory(26)])],
    ['image/x-olympus-orf', Buffer.concat([Buffer.from('IIRO\x08\0\0\0', 'latin1'), pointer, placeDirectory(26)])],
    // Canon's box of the place: its TIFF has no other directory.
    ['image/x-canon-cr3', Buffer.concat([Buffer.from('\0\0\0\x20CMT4II*\0\x08\0\0\0', 'latin1'), placeDirectory(8)])],
  ];
  for (const [mime, bytes] of files) {
    const input = join(folder, 'original');
    await writeFile(input, bytes);
    expect(await stripLocation(input, mime)).toBe(true);
    const after = await readFile(input);
    expect(after.length).toBe(bytes.length);
    expect(after.includes('Berlin')).toBe(false);
  }
});

it('takes it out of the films of phones', async () => {
  const place = ['-metadata', 'location=+52.5200+013.4050+034.000/', '-movflags', 'use_metadata_tags'];
  const input = await make(folder, 'film.mp4', [...PICTURES('64x64', 0.2), ...H264, ...place]);
  expect((await readFile(input)).includes('+52.5200')).toBe(true);
  expect(await process(input, 'video/mp4', true)).toMatchObject({ inputChanged: true, warnings: [] });
  const after = await readFile(input);
  expect(after.includes('+52.5200')).toBe(false);
  expect(after.includes('+00.0000+000.0000+000.000/')).toBe(true);
});

it('leaves alone what has no place in it, and bytes that only look as if', async () => {
  const input = join(folder, 'original');
  const plain = await fields()
    .withExif({ IFD0: { Make: 'Acme' } })
    .jpeg()
    .toBuffer();
  await writeFile(input, plain);
  expect(await stripLocation(input, 'image/jpeg')).toBe(false);
  expect((await readFile(input)).equals(plain)).toBe(true);
  for (const bytes of ['', 'II*\0', `MM\0*${'\0'.repeat(20)}`, `II*\0\x08\0\0\0\xff\xff${'\x25\x88'.repeat(500)}`]) {
    await writeFile(input, bytes, 'latin1');
    await stripLocation(input, 'image/jpeg');
  }
});
