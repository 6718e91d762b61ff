import { open } from 'node:fs/promises';
import { MediaFailure } from '../../../failure.js';
import { damaged } from '../limits.js';
import type { Packed, Unpacked } from '../unpack.js';
import { decodeStill } from './decode-still.js';

const HEADER_BYTES = 26;

/**
 * Photoshop's own, by the picture of all layers that it puts behind them (Adobe Photoshop File Formats, "Image Data"). null, so
 * that it is kept without a picture, when that is missing or of a kind that ffmpeg does not read: no browser shows it either.
 */
export async function unpackPsd(file: Packed): Promise<Unpacked | null> {
  const size = await sizeOf(file.input);
  try {
    return await decodeStill(file, size, {});
  } catch (error) {
    if (error instanceof MediaFailure && error.code === 'CORRUPT_FILE') return null;
    throw error;
  }
}

async function sizeOf(path: string): Promise<{ width: number; height: number }> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    if (bytesRead < HEADER_BYTES) throw damaged('no Photoshop header');
    return { width: buffer.readUInt32BE(18), height: buffer.readUInt32BE(14) };
  } finally {
    await file.close();
  }
}
