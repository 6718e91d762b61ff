import { sharp } from './sharp.js';

/** Decoded, 8 bits a channel, sRGB unless somebody says otherwise, row by row from the top; the fourth channel, where there is one, is opacity. */
export interface Pixels {
  data: Buffer;
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
}

export const open = ({ data, width, height, channels }: Pixels) => sharp(data, { raw: { width, height, channels } });

/** The same picture with no edge longer than `edge` pixels; never larger than it was. */
export async function shrink(pixels: Pixels, edge: number): Promise<Pixels> {
  if (Math.max(pixels.width, pixels.height) <= edge) return pixels;
  const { data, info } = await open(pixels)
    .resize(edge, edge, { fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** What to do to a picture, in sharp's order (mirror, then turn), for each orientation (Exif 3.0, 4.6.5.1). */
const UPRIGHT: Readonly<Record<number, { turn: 0 | 90 | 180 | 270; flip?: true; flop?: true }>> = {
  2: { turn: 0, flop: true },
  3: { turn: 180 },
  4: { turn: 0, flip: true },
  5: { turn: 270, flop: true },
  6: { turn: 90 },
  7: { turn: 90, flop: true },
  8: { turn: 270 },
};

/** @param orientation 1 to 8, of how the pixels are stored */
export async function setUpright(pixels: Pixels, orientation: number): Promise<Pixels> {
  const steps = UPRIGHT[orientation];
  if (!steps) return pixels;
  const image = open(pixels)
    .rotate(steps.turn)
    .flip(steps.flip ?? false)
    .flop(steps.flop ?? false);
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}
