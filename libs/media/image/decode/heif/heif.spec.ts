import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processFile } from '../../../process.js';
import { sharp } from '../../sharp.js';

/**
 * As phones write them: four tiles of 64 by 64 pixels, of which 120 by 112 are shown, red and green above blue and white,
 * with an orientation in EXIF that only repeats what the file's own properties say. Tiles by x265, boxes by hand.
 */
const PHONE = join(import.meta.dirname, 'phone.heic');
const COLOURS = { red: [208, 32, 32], green: [32, 176, 32], blue: [32, 64, 208], white: [224, 224, 224] };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heif-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The photo with its rotation replaced by another property of the same size. */
async function turned(property: 'irot' | 'imir', value: number): Promise<string> {
  const bytes = await readFile(PHONE);
  const at = bytes.indexOf('irot');
  bytes.write(property, at);
  bytes[at + 4] = value;
  const path = join(folder, `${property}-${value}.heic`);
  await writeFile(path, bytes);
  return path;
}

/** The names of the colours at the four corners, a pixel from the edge, and the size. */
async function look(path: string) {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const nameAt = (x: number, y: number) => {
    const pixel = data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3);
    const isNear = (colour: number[]) => colour.every((value, index) => Math.abs(value - (pixel[index] ?? 0)) < 20);
    return Object.entries(COLOURS).find(([, colour]) => isNear(colour))?.[0] ?? [...pixel].join();
  };
  const [right, below] = [width - 2, height - 2];
  return { width, height, corners: [nameAt(1, 1), nameAt(right, 1), nameAt(1, below), nameAt(right, below)] };
}

it.each([
  ['irot', 0, 120, 112, 'red green blue white'],
  ['irot', 1, 112, 120, 'green white red blue'],
  ['irot', 2, 120, 112, 'white blue green red'],
  ['irot', 3, 112, 120, 'blue red white green'],
  ['imir', 0, 120, 112, 'blue white red green'],
  ['imir', 1, 120, 112, 'green red white blue'],
] as const)('a phone’s photo is upright: %s %i', async (property, value, width, height, corners) => {
  const outputDir = await mkdtemp(join(folder, 'out-'));
  const limits = { maxPixels: 1e6 };
  const task = { input: await turned(property, value), mime: 'image/heic', outputDir, limits };
  const { facts, outputs, warnings } = await processFile({
    ...task,
    thumbnailEdge: 320,
    previewEdge: 1440,
    tools: null,
  });
  expect(warnings).toEqual([]);
  expect(facts).toMatchObject({ width, height, exif: { camera: { make: 'Acme' } } });
  for (const { path } of outputs) expect(await look(path)).toEqual({ width, height, corners: corners.split(' ') });
});
