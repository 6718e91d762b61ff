import readExif from 'exif-reader';

/** The directories of an EXIF block, tag by tag as the camera wrote them: nothing in them is certain. */
export interface ExifTags {
  image: Record<string, unknown>;
  photo: Record<string, unknown>;
  gps: Record<string, unknown>;
}

/** Bytes of one value of each TIFF field type, 1 to 10 (TIFF 6.0, section 2; Exif 3.0, 4.6.2). */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8];
const EXIF_IFD = 0x8769;
const GPS_IFD = 0x8825;
const INTEROPERABILITY_IFD = 0xa005;

/**
 * Reads an EXIF block, with or without `Exif\0\0` before it.
 * @throws Error when it is broken, or made to be expensive
 */
export function readExifTags(block: Buffer): ExifTags {
  if (valueBytes(block) > 2 * block.length) throw new Error('the values of its entries overlap');
  const { Image, Photo, GPSInfo } = readExif(block);
  if (!Image) throw new Error('its first directory lies outside of it');
  return { image: Image, photo: Photo ?? {}, gps: GPSInfo ?? {} };
}

/**
 * How many bytes the entries of all directories claim as theirs. In an honest block no two share a byte. In one of
 * 64 kB that was made for it, 5,000 entries can each claim the whole block, and reading them takes gigabytes.
 */
function valueBytes(block: Buffer): number {
  const start = block.toString('latin1', 0, 4) === 'Exif' ? 6 : 0;
  const tiff = block.subarray(start);
  const littleEndian = tiff[0] === 0x49;
  const short = (at: number) =>
    at + 2 > tiff.length ? 0 : littleEndian ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  const long = (at: number) =>
    at + 4 > tiff.length ? 0 : littleEndian ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at);
  const pending = [long(4)];
  let total = 0;
  for (
    let directory = pending.pop(), read = 0;
    directory !== undefined && read < 8;
    directory = pending.pop(), read++
  ) {
    const entries = Math.min(short(directory), Math.ceil(tiff.length / 12));
    for (let entry = directory + 2; entry < directory + 2 + entries * 12; entry += 12) {
      total += Math.min((TYPE_BYTES[short(entry + 2)] ?? 0) * long(entry + 4), tiff.length);
      if ([EXIF_IFD, GPS_IFD, INTEROPERABILITY_IFD].includes(short(entry))) pending.push(long(entry + 8));
    }
    const next = long(directory + 2 + entries * 12);
    if (next > 0) pending.push(next);
  }
  return total;
}
