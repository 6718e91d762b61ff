import { open, type FileHandle } from 'node:fs/promises';
import type { Animation } from './animation.js';

const SIGNATURE_BYTES = 8;
/** Of an animation of some thousand frames. */
const MOST_CHUNKS = 20_000;
/** What decoders take in place of no delay. */
const DEFAULT_DELAY_MS = 100;

/** A PNG that moves (PNG, third edition, 11.3.6: acTL before the first IDAT, an fcTL a frame); null for one that does not. */
export async function readApng(path: string): Promise<Animation | null> {
  const file = await open(path, 'r');
  try {
    return await readChunks(file);
  } finally {
    await file.close();
  }
}

async function readChunks(file: FileHandle): Promise<Animation | null> {
  let animation: Animation | null = null;
  let isCutOff = true;
  const chunk = Buffer.alloc(8 + 26);
  for (let at = SIGNATURE_BYTES, count = 0; count < MOST_CHUNKS; count++) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    const type = chunk.toString('latin1', 4, 8);
    if (type === 'IEND') isCutOff = false;
    if (bytesRead < 12 || type === 'IEND' || (type === 'IDAT' && !animation)) break;
    if (type === 'acTL')
      animation = { frames: chunk.readUInt32BE(8), loop: chunk.readUInt32BE(12), delays: [], isCutOff };
    if (type === 'fcTL' && bytesRead === chunk.length) animation?.delays.push(delayOf(chunk.subarray(8)));
    at += 12 + chunk.readUInt32BE(0);
  }
  // What is announced and what is there: a file that is cut off has fewer.
  return animation && animation.delays.length > 1
    ? { ...animation, isCutOff, frames: Math.min(animation.frames, animation.delays.length) }
    : null;
}

/** Milliseconds; a denominator of 0 stands for 100. */
function delayOf(control: Buffer): number {
  const [over, under] = [control.readUInt16BE(20), control.readUInt16BE(22)];
  return Math.round((1000 * over) / (under || 100)) || DEFAULT_DELAY_MS;
}
