import { createCipheriv } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import type { PictureOutput, ProcessResult } from '../result.js';
import { processImage } from './process-image.js';

/** What tests of pictures make and measure. */

/** Processes bytes as the file that they are, with the usual sizes, into the folder. */
export async function run(
  folder: string,
  bytes: Buffer | Sharp,
  { maxPixels = 10_000_000, signal }: { maxPixels?: number; signal?: AbortSignal } = {},
): Promise<ProcessResult> {
  const input = join(folder, 'original');
  await writeFile(input, Buffer.isBuffer(bytes) ? bytes : await bytes.toBuffer());
  return processImage(
    { input, outputDir: folder, limits: { maxPixels }, thumbnailEdge: 320, previewEdge: 1440 },
    signal,
  );
}

export function output(result: ProcessResult, kind: PictureOutput['kind']): PictureOutput {
  const found = result.outputs.find((one): one is PictureOutput => one.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

/** The pixel, with its opacity, at a place of a picture; x and y from 0 to 1. */
export async function colorAt(path: string, { x, y } = { x: 0.5, y: 0.5 }): Promise<number[]> {
  const { data, info } = await sharp(path).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 4;
  return [...data.subarray(at, at + 4)];
}

/** The largest difference in any of the wanted channels. */
export const distance = (color: number[], wanted: number[]): number =>
  Math.max(...wanted.map((value, index) => Math.abs(value - (color[index] ?? 999))));

/** The quarters of `fields()`, and where the middle of each is. */
export const FIELDS = {
  red: { x: 0.25, y: 0.25, rgb: [255, 0, 0] },
  green: { x: 0.75, y: 0.25, rgb: [0, 255, 0] },
  blue: { x: 0.25, y: 0.75, rgb: [0, 0, 255] },
  white: { x: 0.75, y: 0.75, rgb: [255, 255, 255] },
};

/** A picture of one colour. */
export const plain = (background: string, width: number, height: number) => ({
  create: { width, height, channels: 3 as const, background },
});

/** A picture that shows which way up it is. */
export function fields(width = 600, height = 400): Sharp {
  const [w, h] = [width / 2, height / 2];
  return sharp(plain('#fff', width, height)).composite([
    { input: plain('#f00', w, h), left: 0, top: 0 },
    { input: plain('#0f0', w, h), left: w, top: 0 },
    { input: plain('#00f', w, h), left: 0, top: h },
  ]);
}

/** By how much, at most, a picture differs from `fields()`. */
export async function distanceFromFields(path: string): Promise<number> {
  const places = Object.values(FIELDS).map(async ({ rgb, ...place }) => distance(await colorAt(path, place), rgb));
  return Math.max(...(await Promise.all(places)));
}

/** Noise like a photo's, the same each time: damage shows, and the compressed data is long. */
export function photo(width = 320, height = 240): Sharp {
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
  const noise = stream.update(Buffer.alloc(width * height * 3)).map((byte) => 58 + byte * 0.55);
  return sharp(noise, { raw: { width, height, channels: 3 } });
}

/** An RGB PNG that says what it likes of its size. */
export function pngOf(width: number, height: number, data: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const body = [pngChunk('IHDR', header), pngChunk('IDAT', deflateSync(data)), pngChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...body]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
