import { rgbaToThumbHash } from 'thumbhash';
import { open, shrink, type Pixels } from '../pixels.js';

/** ThumbHash takes no larger pictures. */
const THUMBHASH_EDGE = 100;

/** What stands for a picture until it is there. */
export interface Placeholder {
  /** Base64. */
  thumbhash: string;
  /** #rrggbb. */
  dominantColor: string;
}

/** @param pixels the picture at any size; small ones cost less */
export async function placeholderOf(pixels: Pixels): Promise<Placeholder> {
  const small = await shrink(pixels, THUMBHASH_EDGE);
  const rgba = small.channels === 4 ? small.data : await open(small).ensureAlpha().raw().toBuffer();
  return {
    thumbhash: Buffer.from(rgbaToThumbHash(small.width, small.height, rgba)).toString('base64'),
    dominantColor: dominantColorOf(rgba),
  };
}

/** The mean of the fullest of 4,096 boxes of colour; of a picture that is wholly transparent, white. */
function dominantColorOf(rgba: Buffer): string {
  const counts = new Uint32Array(4096);
  let fullest = 0;
  for (let at = 0; at < rgba.length; at += 4) {
    if (!isOpaque(rgba, at)) continue;
    const box = boxOf(rgba, at);
    const count = (counts[box] ?? 0) + 1;
    counts[box] = count;
    if (count > (counts[fullest] ?? 0)) fullest = box;
  }
  if (counts[fullest] === 0) return '#ffffff';
  let [red, green, blue] = [0, 0, 0];
  for (let at = 0; at < rgba.length; at += 4) {
    if (!isOpaque(rgba, at) || boxOf(rgba, at) !== fullest) continue;
    red += rgba[at] ?? 0;
    green += rgba[at + 1] ?? 0;
    blue += rgba[at + 2] ?? 0;
  }
  return hex([red, green, blue].map((sum) => Math.round(sum / (counts[fullest] ?? 1))));
}

const isOpaque = (rgba: Buffer, at: number): boolean => (rgba[at + 3] ?? 0) >= 128;

/** The number of a colour's box: the upper four bits of each channel. */
const boxOf = (rgba: Buffer, at: number): number =>
  (((rgba[at] ?? 0) >> 4) << 8) | (((rgba[at + 1] ?? 0) >> 4) << 4) | ((rgba[at + 2] ?? 0) >> 4);

const hex = (channels: number[]): string =>
  `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
