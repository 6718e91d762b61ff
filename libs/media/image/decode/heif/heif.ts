import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaFailure } from '../../../failure.js';
import { displayP3 } from '../../metadata/display-p3.js';
import { damaged, refuseSize } from '../limits.js';
import { TiffWriter } from '../tiff-writer.js';
import type { Packed, Unpacked } from '../unpack.js';
import { HeifFile, type Plane, type Tiling } from './libheif.js';

/** The largest HEIC of a phone, with the film that some append, has a third of that. */
const MAX_BYTES = 128 * 1024 * 1024;
/** What libheif takes for photos that are cut into tiles, as all of phones are. */
const ROOM = 150e6;
/** SMPTE EG 432-1, P3 with the white of D65 (ITU-T H.273, table 2). */
const P3_PRIMARIES = 12;

/**
 * HEIC and HEIF: the primary picture, upright as its own properties (irot, imir, clap) say; its EXIF orientation only
 * repeats them (ISO/IEC 23008-12, 6.5.10). Tile by tile where it has tiles, so that a phone's photo takes a row of
 * them in memory, not all.
 */
export async function unpackHeif({ input, size, workDir, limits, makeRoom }: Packed): Promise<Unpacked> {
  if (size > MAX_BYTES) throw new MediaFailure('INPUT_TOO_LARGE', 'The HEIC has more than 128 MB.');
  // What it takes is only known when it is open: two at once would be too much already.
  await makeRoom?.(ROOM);
  const bytes = await readFile(input);
  try {
    const file = HeifFile.open(bytes);
    const { width, height, pages } = file;
    refuseSize(width, height, limits);
    const source = join(workDir, 'decoded.tif');
    const icc = file.icc() ?? (file.primaries() === P3_PRIMARIES ? await displayP3() : undefined);
    const [exif, xmp] = [file.exif(), file.xmp()];
    const writer = new TiffWriter(source);
    try {
      const tiling = file.tiling();
      if (tiling) copyTiles(file, tiling, writer);
      else copyWhole(file, writer);
      writer.finish({ width, height, channels: file.hasAlpha ? 4 : 3, icc });
    } finally {
      writer.close();
    }
    return { source, isTemporary: true, width, height, orientation: 1, pages, exif, xmp, warnings: [] };
  } catch (error) {
    // A trap in WebAssembly: its memory is not looked at again.
    throw error instanceof Error && error.name === 'RuntimeError' ? damaged(error.message) : error;
  }
}

function copyWhole(file: HeifFile, writer: TiffWriter): void {
  const rowBytes = file.width * (file.hasAlpha ? 4 : 3);
  file.withPicture(({ data, width, height, stride }) => {
    refuseOther({ width, height }, file);
    for (let y = 0; y < height; y++) writer.append(data.subarray(y * stride, y * stride + rowBytes));
  });
}

function copyTiles(file: HeifFile, tiling: Tiling, writer: TiffWriter): void {
  const rowBytes = file.width * 3;
  const { columns, rows, tileWidth, tileHeight } = tiling;
  for (let row = 0; row < rows; row++) {
    const top = Math.max(0, row * tileHeight + tiling.top);
    const bottom = Math.min(file.height, (row + 1) * tileHeight + tiling.top);
    if (bottom <= top) continue;
    const band = Buffer.alloc((bottom - top) * rowBytes);
    for (let column = 0; column < columns; column++)
      file.withTile(column, row, (plane) => {
        // Tiles at an edge may come cut to the picture already.
        if (plane.width > tileWidth || plane.height > tileHeight) throw damaged('a tile of another size');
        place(plane, band, rowBytes, plane.width < tileWidth && column === 0 ? 0 : column * tileWidth + tiling.left, {
          skip: row === 0 && plane.height > bottom - top ? -tiling.top : 0,
          rows: bottom - top,
        });
      });
    writer.append(band);
  }
}

/** @param left where its first pixel belongs, which may be outside */
function place(
  { data, width, height, stride }: Plane,
  band: Buffer,
  rowBytes: number,
  left: number,
  { skip, rows }: { skip: number; rows: number },
): void {
  const first = Math.max(0, -left);
  const at = (left + first) * 3;
  const length = Math.min((width - first) * 3, rowBytes - at);
  for (let y = 0; y < Math.min(rows, height - skip); y++) {
    const from = (y + skip) * stride + first * 3;
    if (length > 0) band.set(data.subarray(from, from + length), y * rowBytes + at);
  }
}

function refuseOther(shown: { width: number; height: number }, declared: { width: number; height: number }): void {
  if (shown.width !== declared.width || shown.height !== declared.height)
    throw damaged(`${shown.width}x${shown.height} pixels instead of ${declared.width}x${declared.height}`);
}
