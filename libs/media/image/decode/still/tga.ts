import { open } from 'node:fs/promises';
import { damaged } from '../limits.js';
import type { Packed, Unpacked } from '../unpack.js';
import { decodeStill } from './decode-still.js';

const HEADER_BYTES = 18;

/** Truevision's TGA, by ffmpeg (TGA 2.0, field 5: width and height). */
export async function unpackTga(packed: Packed): Promise<Unpacked | null> {
  const file = await open(packed.input, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    if (bytesRead < HEADER_BYTES) throw damaged('no TGA header');
    return await decodeStill(packed, { width: buffer.readUInt16LE(12), height: buffer.readUInt16LE(14) }, {});
  } finally {
    await file.close();
  }
}
