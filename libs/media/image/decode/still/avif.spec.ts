import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { tools } from '../../../ffmpeg/films.fixtures.js';
import { colorAt, distance, photo } from '../../pictures.fixtures.js';
import { AS_IT_IS, type Packed } from '../unpack.js';
import { unpackAvif } from './avif.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'avif-'))));
afterEach(() => rm(folder, { recursive: true }));

async function packed(bytes: Buffer, more: Partial<Packed> = {}): Promise<Packed> {
  const input = join(folder, 'original');
  await writeFile(input, bytes);
  const limits = { maxPixels: 10_000_000 };
  return { input, mime: 'image/avif', size: bytes.length, workDir: folder, limits, tools: await tools(), ...more };
}

const large = () => photo(2000, 1200);

it.each(['4:4:4', '4:2:0'])('a large one (%s) looks as libvips shows it', async (chromaSubsampling) => {
  const bytes = await large().withIccProfile('p3').avif({ effort: 0, chromaSubsampling }).toBuffer();
  const unpacked = await unpackAvif(await packed(bytes));
  if (!unpacked || unpacked === AS_IT_IS) throw new Error('it was left to libvips');
  expect(unpacked).toMatchObject({ width: 2000, height: 1200, full: { width: 2000, height: 1200 } });
  const [one, other] = await Promise.all(
    [unpacked.source, bytes].map((source) => sharp(source).removeAlpha().raw().toBuffer()),
  );
  if (!one || !other) throw new Error('no pixels');
  const difference = one.reduce((sum, level, at) => sum + Math.abs(level - (other[at] ?? 0)), 0) / one.length;
  expect(difference).toBeLessThan(2);
});

it('comes no larger than it is needed', async () => {
  const unpacked = await unpackAvif(await packed(await large().avif({ effort: 0 }).toBuffer(), { edge: 600 }));
  expect(unpacked).toMatchObject({ width: 1000, height: 600, full: { width: 2000, height: 1200 } });
});

it('is left to libvips when small, with opacity, where there is no ffmpeg, or cut off', async () => {
  const whole = await large().avif({ effort: 0 }).toBuffer();
  const transparent = await large().ensureAlpha(0.5).avif({ effort: 0 }).toBuffer();
  expect(await unpackAvif(await packed(await photo().avif({ effort: 0 }).toBuffer()))).toBe(AS_IT_IS);
  expect(await unpackAvif(await packed(transparent))).toBe(AS_IT_IS);
  expect(await unpackAvif(await packed(whole, { tools: null }))).toBe(AS_IT_IS);
  expect(await unpackAvif(await packed(whole.subarray(0, whole.length / 2)))).toBe(AS_IT_IS);
  expect((await readdir(folder)).filter((name) => name === 'corner.tif')).toEqual([]);
});

it('of a film of pictures the first is shown, which libvips does not read', async () => {
  const input = join(folder, 'film.avif');
  const frames = ['-f', 'lavfi', '-i', 'color=red:s=320x200:r=5:d=1', '-c:v', 'libaom-av1', '-cpu-used', '8'];
  await promisify(execFile)((await tools()).ffmpeg, ['-loglevel', 'error', ...frames, '-f', 'avif', input]);
  const unpacked = await unpackAvif(await packed(await readFile(input)));
  if (!unpacked || unpacked === AS_IT_IS) throw new Error('it was left to libvips');
  expect(unpacked).toMatchObject({ width: 320, height: 200 });
  expect(distance(await colorAt(String(unpacked.source)), [255, 0, 0])).toBeLessThan(10);
});
