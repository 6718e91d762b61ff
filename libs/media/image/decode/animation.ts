import { open } from 'node:fs/promises';
import type { Metadata } from 'sharp';
import type { ImageFacts } from '../facts.js';
import { readApng } from './apng.js';
import type { ImageLimits } from './limits.js';

/** A picture that moves. */
export interface Animation {
  frames: number;
  /** How often it is played; 0: for ever. */
  loop: number;
  /** Milliseconds that each frame stands. */
  delays: number[];
  /** Whether the file stops before its end. Decoders do not say so of frames behind the first. */
  isCutOff: boolean;
}

const MOST_FRAMES = 200;
const GIF_TRAILER = 0x3b;
const TAIL_BYTES = 1024;

/** null for a picture that does not move. */
export async function animationOf(
  format: ImageFacts['format'],
  path: string,
  { pages = 1, loop = 0, delay }: Metadata,
): Promise<Animation | null> {
  if (format === 'png') return readApng(path);
  if ((format !== 'gif' && format !== 'webp') || pages < 2) return null;
  return { frames: pages, loop, delays: delay ?? [], isCutOff: format === 'gif' && !(await endsAsGif(path)) };
}

/** By its trailer (GIF89a, 27), behind which some programs leave zeros. */
async function endsAsGif(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.findLast((byte) => byte !== 0) === GIF_TRAILER;
  } finally {
    await file.close();
  }
}

/** How many of its frames are shown: as many as have no more pixels together than one picture may have, and at most 200. */
export function framesShown(
  { frames }: Animation,
  { width, height }: { width: number; height: number },
  { maxPixels }: ImageLimits,
): number {
  return Math.min(frames, MOST_FRAMES, Math.floor(maxPixels / (width * height)));
}
