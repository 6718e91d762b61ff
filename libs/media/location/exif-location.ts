/** Bytes of one value of each TIFF field type, 1 to 12 (TIFF 6.0, section 2). */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
const GPS_IFD = 0x8825;
const STARTS = [Buffer.from('II*\0', 'latin1'), Buffer.from('MM\0*', 'latin1')];
/** Of one file: phones put a few pictures into one, each with its own. */
const MOST_BLOCKS = 1000;

/** What Olympus and Panasonic have in a RAW's first bytes, where a TIFF has its 42. */
const RAW_STARTS: readonly string[] = ['IIU\0', 'IIRO', 'IIRS', 'MMOR'];
/** Canon's CR3 has a TIFF for each directory: the first one of this box is that of the place. */
const CANON_GPS = Buffer.from('CMT4', 'latin1');

/** Empties the GPS directory of every TIFF header in the bytes, wherever a format has put its EXIF. */
export function clearExifLocation(bytes: Buffer): void {
  if (RAW_STARTS.includes(bytes.toString('latin1', 0, 4))) clearBlock(bytes);
  for (const start of STARTS) {
    let count = 0;
    for (let at = bytes.indexOf(start); at >= 0 && count < MOST_BLOCKS; at = bytes.indexOf(start, at + 4), count++) {
      const isPlace = bytes.subarray(Math.max(0, at - CANON_GPS.length), at).equals(CANON_GPS);
      clearBlock(bytes.subarray(at), isPlace);
    }
  }
}

/** @param isPlace whether its first directory is no picture's, but that of the place */
function clearBlock(tiff: Buffer, isPlace = false): void {
  const isLittle = tiff[0] === 0x49;
  const short = (at: number) => (at + 2 > tiff.length ? 0 : isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const long = (at: number) => (at + 4 > tiff.length ? 0 : isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const entriesOf = (directory: number) =>
    Array.from({ length: Math.min(short(directory), 512) }, (_, index) => directory + 2 + index * 12);
  const pointer = entriesOf(long(4)).find((entry) => short(entry) === GPS_IFD);
  const gps = isPlace ? long(4) : pointer === undefined ? 0 : long(pointer + 8);
  if (gps < 8) return;
  const entries = entriesOf(gps);
  for (const entry of entries) {
    const length = (TYPE_BYTES[short(entry + 2)] ?? 0) * long(entry + 4);
    const at = long(entry + 8);
    // Nothing of a place is that long: what says so is no GPS directory.
    if (length > 4 && length <= 1024 && at + length <= tiff.length) tiff.fill(0, at, at + length);
  }
  // Without entries, and with no directory behind it.
  tiff.fill(0, gps, Math.min(tiff.length, gps + 2 + entries.length * 12 + 4));
}
