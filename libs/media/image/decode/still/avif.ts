import { open } from 'node:fs/promises';
import { MediaFailure } from '../../../failure.js';
import { readHeader } from '../header.js';
import { damaged } from '../limits.js';
import { AS_IT_IS, type Packed, type Unpacked } from '../unpack.js';
import { decodeStill } from './decode-still.js';

/** Below, libvips takes little memory too, and starts no program. */
const LARGE = 2_000_000;
/** Where a file's first box of metadata, which says how the picture is made up, has its place. */
const HEAD_BYTES = 64 * 1024;
/** Pictures in parts, turned, cut, or with opacity or depth beside them (ISO/IEC 23008-12): ffmpeg shows only the first part. */
const MADE_UP = /grid|iovl|iden|tmap|irot|imir|clap|auxl/;

/**
 * AVIF is what libvips reads, but its decoder takes 20 bytes a pixel and five times as long as dav1d, which ffmpeg
 * has: large pictures that are plainly one picture go there. What ffmpeg stumbles over, libvips judges.
 */
export async function unpackAvif(file: Packed): Promise<Unpacked | null | typeof AS_IT_IS> {
  if (!file.tools) return AS_IT_IS;
  const head = await headOf(file.input);
  // libvips reads no film of pictures, which browsers play; its first stands for it here.
  if (head.startsWith('ftypavis', 4)) return decodeStill(file, statedSize(head), {});
  const { metadata, width, height, exif, xmp, pages, orientation } = await readHeader(file.input, file.limits);
  if (width * height < LARGE || metadata.hasAlpha || pages > 1 || orientation !== 1) return AS_IT_IS;
  if (MADE_UP.test(head)) return AS_IT_IS;
  try {
    return await decodeStill(file, { width, height }, { exif, xmp, icc: metadata.icc });
  } catch (error) {
    if (error instanceof MediaFailure && error.code === 'CORRUPT_FILE') return AS_IT_IS;
    throw error;
  }
}

/** ImageSpatialExtentsProperty (ISO/IEC 23008-12, 6.5.3). */
function statedSize(head: string): { width: number; height: number } {
  const box = Buffer.from(head, 'latin1').subarray(head.indexOf('ispe'));
  if (!head.includes('ispe') || box.length < 16) throw damaged('no size');
  return { width: box.readUInt32BE(8), height: box.readUInt32BE(12) };
}

async function headOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const meta = buffer.indexOf('mdat', 0, 'latin1');
    return buffer.toString('latin1', 0, meta < 0 ? bytesRead : meta);
  } finally {
    await file.close();
  }
}
