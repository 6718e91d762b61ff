import { brotliDecompressSync } from 'node:zlib';

export interface Box {
  type: string;
  /** What it holds. */
  body: Buffer;
}

const MAX_BOXES = 1000;
const MAX_UNPACKED = 4 * 1024 * 1024;

/** The boxes of an ISO base media file or one of its kind, one after another (ISO/IEC 14496-12, 4.2). */
export function boxesOf(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length && boxes.length < MAX_BOXES;) {
    const [short, type] = [bytes.readUInt32BE(at), bytes.toString('latin1', at + 4, at + 8)];
    const head = short === 1 ? 16 : 8;
    const stated = short === 1 && at + 16 <= bytes.length ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    const size = stated === 0 ? bytes.length - at : stated;
    if (size < head) break;
    boxes.push({ type, body: bytes.subarray(at + head, at + size) });
    at += size;
  }
  return boxes;
}

/** A box of metadata, also when it was compressed (ISO/IEC 18181-2, 9.8: brob). */
export function metadataBox(boxes: readonly Box[], type: string): Buffer | undefined {
  const plain = boxes.find((box) => box.type === type)?.body;
  const packed = boxes.find((box) => box.type === 'brob' && box.body.toString('latin1', 0, 4) === type)?.body;
  if (plain || !packed) return plain;
  try {
    return brotliDecompressSync(packed.subarray(4), { maxOutputLength: MAX_UNPACKED });
  } catch {
    return undefined; // Broken or a bomb: the picture is shown without it.
  }
}
