import { open, type FileHandle } from 'node:fs/promises';
import { MediaFailure } from '../../../failure.js';
import { readExifTags } from '../../metadata/exif-block.js';
import { sharp } from '../../sharp.js';
import { refuseSize, type ImageLimits } from '../limits.js';
import type { Packed, Unpacked } from '../unpack.js';
import { jpegSize, withOrientation, type EmbeddedJpeg } from './jpegs.js';

/** Where cameras write what they know of a picture; their previews stand behind. */
const EXIF_BYTES = 512 * 1024;
/** Tables and embedded thumbnails before a JPEG says its size. */
const JPEG_HEAD = 192 * 1024;
const CHUNK = 4 * 1024 * 1024;
/** What sensors saw comes in tiles, each a JPEG of the lossless kind: of 50 megapixels some hundreds, before the preview. */
const MAX_CANDIDATES = 10_000;
const MAX_JPEG_BYTES = 64 * 1024 * 1024;
const START = Buffer.from([0xff, 0xd8, 0xff]);

/** Of libvips: what a first directory holds that is no sensor's pattern. */
const SHOWABLE = ['srgb', 'b-w', 'rgb16', 'grey16'];

/**
 * Camera RAW, shown by the largest JPEG that the camera put into it, upright as the RAW says. Every maker has another
 * place for it (a directory of the TIFF, its maker note, a box); that it begins as a JPEG does is common to all. Phones'
 * DNG have none, only a small picture without compression in their first directory.
 */
export async function unpackRaw({ input, size, limits }: Packed): Promise<Unpacked> {
  const file = await open(input, 'r');
  try {
    const head = await bytesAt(file, 0, Math.min(EXIF_BYTES, size));
    const largest = await largestJpeg(file, size);
    if (!largest) return await firstPicture(input, limits);
    refuseSize(largest.width, largest.height, limits);
    const jpeg = await bytesAt(file, largest.offset, largest.length);
    const { exif, orientation } = exifOf(head) ?? (await exifOfJpeg(jpeg));
    const source = withOrientation(jpeg, orientation);
    const { width, height } = largest;
    return { source, isTemporary: false, width, height, orientation, pages: 1, exif, warnings: [] };
  } finally {
    await file.close();
  }
}

/** @throws MediaFailure UNSUPPORTED_FORMAT where there is none */
async function firstPicture(input: string, limits: ImageLimits): Promise<Unpacked> {
  const first = await sharp(input, { limitInputPixels: false })
    .metadata()
    .catch(() => null); // No TIFF that anybody reads.
  if (!first || !SHOWABLE.includes(first.space))
    throw new MediaFailure('UNSUPPORTED_FORMAT', 'There is no preview in the RAW file that could be shown.');
  const { width, height, orientation = 1, exif } = first;
  refuseSize(width, height, limits);
  return { source: input, isTemporary: false, width, height, orientation, pages: 1, exif, warnings: [] };
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/** Ends at the file's end, or at the limit: decoders stop where the picture does. */
async function largestJpeg(file: FileHandle, size: number): Promise<EmbeddedJpeg | null> {
  let best: EmbeddedJpeg | null = null;
  let candidates = 0;
  for (let start = 0; start < size; start += CHUNK) {
    const chunk = await bytesAt(file, start, CHUNK + START.length - 1);
    for (let at = chunk.indexOf(START); at >= 0; at = chunk.indexOf(START, at + 1)) {
      if (candidates++ >= MAX_CANDIDATES) return best;
      const offset = start + at;
      const found = jpegSize(await bytesAt(file, offset, JPEG_HEAD));
      if (!found || found.width * found.height <= (best ? best.width * best.height : 0)) continue;
      best = { ...found, offset, length: Math.min(size - offset, MAX_JPEG_BYTES) };
    }
  }
  return best;
}

interface RawExif {
  exif?: Buffer | undefined;
  orientation: number;
}

/** What the RAW says of itself, where it is built as a TIFF or, as CR3 is, holds one. */
function exifOf(head: Buffer): RawExif | null {
  const canon = head.indexOf('CMT1', 0, 'latin1');
  const block = Buffer.from(head.subarray(canon < 0 ? 0 : canon + 4));
  // Olympus and Panasonic put letters of their own where a TIFF has its 42.
  const order = block.toString('latin1', 0, 2);
  if (order === 'II') block.writeUInt16LE(42, 2);
  else if (order === 'MM') block.writeUInt16BE(42, 2);
  else return null;
  try {
    const { image } = readExifTags(block);
    const { Orientation: orientation } = image;
    const isKnown = typeof orientation === 'number' && orientation >= 1 && orientation <= 8;
    return { exif: block, orientation: isKnown ? orientation : 1 };
  } catch {
    return null; // The preview may have EXIF data of its own.
  }
}

/** Fujifilm writes all that it has to say into its preview. */
async function exifOfJpeg(jpeg: Buffer): Promise<RawExif> {
  const { exif, orientation = 1 } = await sharp(jpeg, { limitInputPixels: false }).metadata();
  return { exif, orientation };
}
