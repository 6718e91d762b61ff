import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaFailure } from '../../../failure.js';
import { damaged, refuseSize } from '../limits.js';
import { TiffWriter } from '../tiff-writer.js';
import type { Packed, Unpacked } from '../unpack.js';
import { readDib, rowReader, type Dib } from './dib.js';

const MAX_BYTES = 32 * 1024 * 1024;
const ENTRY = 16;
const MAX_ENTRIES = 256;

interface Entry {
  /** Stated area and depth: what to choose by. */
  area: number;
  bits: number;
  data: Buffer;
}

/** A Windows icon or cursor: the largest picture in it, of those the deepest; the next best when that is broken. */
export async function unpackIco({ input, size, workDir, limits }: Packed): Promise<Unpacked> {
  if (size > MAX_BYTES) throw new MediaFailure('INPUT_TOO_LARGE', 'The icon has more than 32 MB.');
  const bytes = await readFile(input);
  const entries = entriesOf(bytes);
  let failure: unknown = damaged('no picture in it');
  for (const { data } of entries.toSorted((a, b) => b.area - a.area || b.bits - a.bits)) {
    try {
      const picture = isPng(data) ? pngIn(data) : bitmapIn(data, join(workDir, 'decoded.tif'), limits.maxPixels);
      return { ...picture, orientation: 1, pages: entries.length, warnings: [] };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function entriesOf(bytes: Buffer): Entry[] {
  const count = bytes.length < 6 ? 0 : Math.min(bytes.readUInt16LE(4), MAX_ENTRIES);
  const found: Entry[] = [];
  for (let at = 6; at < 6 + count * ENTRY && at + ENTRY <= bytes.length; at += ENTRY) {
    const offset = bytes.readUInt32LE(at + 12);
    const data = bytes.subarray(offset, offset + bytes.readUInt32LE(at + 8));
    if (data.length < 40) continue;
    const [width, height] = isPng(data)
      ? [data.readUInt32BE(16), data.readUInt32BE(20)]
      : [data.readInt32LE(4), data.readInt32LE(8) / 2];
    found.push({ area: width * height, bits: isPng(data) ? 32 : data.readUInt16LE(14), data });
  }
  return found;
}

const isPng = (data: Buffer): boolean => data.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));

const pngIn = (data: Buffer) => ({
  ...{ source: Buffer.from(data), isTemporary: false, width: data.readUInt32BE(16), height: data.readUInt32BE(20) },
});

/** A bitmap without a file header, whose height counts its mask as well: pixels, then one bit each for "see through". */
function bitmapIn(data: Buffer, source: string, maxPixels: number) {
  const doubled = readDib(data);
  const dib: Dib = { ...doubled, height: Math.floor(doubled.height / 2) };
  const { width, height, stride, isTopDown, bits } = dib;
  refuseSize(width, height, { maxPixels });
  if (dib.compression !== 'none' || dib.length + (height - 1) * stride >= data.length) throw damaged('it is cut off');
  const maskStride = Math.ceil(width / 32) * 4;
  const maskAt = dib.length + height * stride;
  const mask = data.subarray(maskAt);
  const read = rowReader(bits === 32 ? { ...dib, masks: { ...dib.masks, alpha: 0xff000000 } } : dib, 4);
  const rows = Buffer.alloc(height * width * 4);
  for (let y = 0; y < height; y++) {
    const from = isTopDown ? y : height - 1 - y;
    read(data.subarray(dib.length + from * stride, dib.length + (from + 1) * stride), rows.subarray(y * width * 4));
  }
  // Icons of 32 bits from before Windows XP leave opacity empty, and mean their mask.
  if (bits !== 32 || !hasOpacity(rows)) {
    for (let y = 0; y < height; y++) {
      const from = (isTopDown ? y : height - 1 - y) * maskStride;
      for (let x = 0; x < width; x++) {
        const isClear = (((mask[from + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1;
        rows[(y * width + x) * 4 + 3] = isClear ? 0 : 255;
      }
    }
  }
  const writer = new TiffWriter(source);
  try {
    writer.append(rows);
    writer.finish({ width, height, channels: 4 });
  } finally {
    writer.close();
  }
  return { source, isTemporary: true, width, height };
}

function hasOpacity(rgba: Buffer): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 0) return true;
  return false;
}
