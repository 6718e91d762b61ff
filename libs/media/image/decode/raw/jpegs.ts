/** A JPEG inside another file. */
export interface EmbeddedJpeg {
  /** Bytes from the file's beginning. */
  offset: number;
  length: number;
  width: number;
  height: number;
}

/**
 * The size of a JPEG that any decoder shows: baseline or progressive, 8 bits. null for the lossless kind, in which
 * cameras store what their sensors saw, and for what only begins like a JPEG.
 * @param bytes from the JPEG's first, at least its tables
 */
export function jpegSize(bytes: Buffer): { width: number; height: number } | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 <= bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) at++;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const isShowable = marker <= 0xc2 && bytes[at + 4] === 8;
      return isShowable ? { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) } : null;
    } else if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda)) return null;
    else at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}
