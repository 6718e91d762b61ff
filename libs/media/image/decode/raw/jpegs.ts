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

/** Exif with nothing but an orientation: a TIFF with one directory of one entry (Exif 3.0, 4.5.2). */
function orientationSegment(orientation: number): Buffer {
  const segment = Buffer.from('ffe100224578696600004d4d002a00000008000101120003000000010000000000000000', 'hex');
  segment.writeUInt16BE(orientation, segment.length - 8);
  return segment;
}

/**
 * The JPEG with this orientation and no Exif but that: what it is inside of knows better which way up it is.
 * @param jpeg one that jpegSize knows
 */
export function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const kept: Buffer[] = [];
  let at = 2;
  for (; at + 4 <= jpeg.length && jpeg[at] === 0xff && (jpeg[at + 1] ?? 0) >> 4 === 0xe;) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    const isExif = jpeg[at + 1] === 0xe1 && jpeg.toString('latin1', at + 4, at + 8) === 'Exif';
    if (!isExif) kept.push(jpeg.subarray(at, end));
    at = end;
  }
  return Buffer.concat([jpeg.subarray(0, 2), orientationSegment(orientation), ...kept, jpeg.subarray(at)]);
}
