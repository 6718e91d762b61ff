import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { damaged, refuseSize } from '../limits.js';
import { TiffWriter } from '../tiff-writer.js';
import type { Packed, Unpacked } from '../unpack.js';
import { readDib, rowReader, type Dib } from './dib.js';
import { expandRle } from './rle.js';

const FILE_HEADER = 14;
/** The largest header with masks and a palette of 256 colours. */
const HEAD_BYTES = FILE_HEADER + 1024 + 16 + 1024;
/** Rows that are held at a time. */
const BAND = 64;

/** A Windows or OS/2 bitmap. Cut off, it is shown as far as it goes, as browsers do. */
export async function unpackBmp({ input, size, workDir, limits }: Packed): Promise<Unpacked> {
  const file = await open(input, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const dib = readDib(buffer.subarray(FILE_HEADER, bytesRead));
    refuseSize(dib.width, dib.height, limits);
    const stated = buffer.readUInt32LE(10);
    const dataAt = stated < FILE_HEADER + 12 ? FILE_HEADER + dib.length : stated;
    if (dataAt >= size) throw damaged('it ends before its pixels');
    const source = join(workDir, 'decoded.tif');
    const isShort =
      dib.compression === 'none'
        ? await copyRows(file, dib, dataAt, size, source)
        : await copyRuns(file, dib, dataAt, size, source);
    const { width, height } = dib;
    return {
      ...{ source, isTemporary: true, width, height, orientation: 1, pages: 1 },
      warnings: isShort
        ? [{ code: 'TRUNCATED', detail: 'The file ends too early; what there is of the picture is shown.' }]
        : [],
    };
  } finally {
    await file.close();
  }
}

/** @returns whether rows were missing */
async function copyRows(file: FileHandle, dib: Dib, dataAt: number, size: number, path: string): Promise<boolean> {
  const { width, height, stride, isTopDown } = dib;
  const channels = dib.masks.alpha === 0 ? 3 : 4;
  const read = rowReader(dib, channels);
  const writer = new TiffWriter(path);
  const rowBytes = width * channels;
  const most = Math.min(BAND, height);
  const [band, rows] = [Buffer.alloc(most * stride), Buffer.alloc(most * rowBytes)];
  try {
    for (let top = 0; top < height; top += BAND) {
      const count = Math.min(BAND, height - top);
      const first = isTopDown ? top : height - top - count;
      const { bytesRead } = await file.read(band, 0, count * stride, dataAt + first * stride);
      band.fill(0, bytesRead);
      for (let index = 0; index < count; index++) {
        const from = (isTopDown ? index : count - 1 - index) * stride;
        read(band.subarray(from, from + stride), rows.subarray(index * rowBytes, (index + 1) * rowBytes));
      }
      writer.append(rows.subarray(0, count * rowBytes));
    }
    writer.finish({ width, height, channels });
  } finally {
    writer.close();
  }
  return dataAt + height * stride - 3 > size;
}

async function copyRuns(file: FileHandle, dib: Dib, dataAt: number, size: number, path: string): Promise<boolean> {
  const { width, height } = dib;
  // No run is shorter than its pixels take at worst: what stands behind is not read.
  const longest = Math.min(size - dataAt, (width + 4) * height * 2 + 2);
  const { buffer } = await file.read(Buffer.alloc(longest), 0, longest, dataAt);
  const pixels = expandRle(buffer, dib);
  const read = rowReader({ ...dib, bits: 8 }, 3);
  const writer = new TiffWriter(path);
  const into = Buffer.alloc(width * 3);
  try {
    for (let row = 0; row < height; row++) {
      const y = dib.isTopDown ? row : height - 1 - row;
      read(pixels.subarray(y * width, (y + 1) * width), into);
      writer.append(into);
    }
    writer.finish({ width, height, channels: 3 });
  } finally {
    writer.close();
  }
  // An end-of-bitmap mark closes what is whole.
  return !buffer.subarray(-16).includes(Buffer.from([0, 1]));
}
