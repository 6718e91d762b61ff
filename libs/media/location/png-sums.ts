import { crc32 } from 'node:zlib';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Chunks in which EXIF and XMP stand. */
const TEXTS = ['eXIf', 'iTXt'];

/** Makes the sums of a PNG's chunks of metadata right again (PNG, third edition, 5.3); other bytes are left alone. */
export function mendPngSums(bytes: Buffer): void {
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) return;
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) return;
    if (TEXTS.includes(bytes.toString('latin1', at + 4, at + 8)))
      bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, end)), end);
    at = end + 4;
  }
}
