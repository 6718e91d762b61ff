import { rgbaToThumbHash } from 'thumbhash';
import { open, shrink, type Pixels } from './pixels.js';

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
  /** Of each box: pixels in it, and the sums of their red, green and blue. */
  const boxes = new Uint32Array(4 * 4096);
  let fullest = 0;
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(at, at + 4);
    if (alpha < 128) continue;
    const box = 4 * (((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4));
    const grown = [1, red, green, blue].map((step, index) => (boxes[box + index] ?? 0) + step);
    boxes.set(grown, box);
    if ((grown[0] ?? 0) > (boxes[fullest] ?? 0)) fullest = box;
  }
  const [count = 0, ...sums] = boxes.subarray(fullest, fullest + 4);
  return count === 0 ? '#ffffff' : hex(sums.map((sum) => Math.round(sum / count)));
}

const hex = (channels: number[]): string =>
  `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
