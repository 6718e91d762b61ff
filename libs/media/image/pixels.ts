import { sharp } from './sharp.js';

/** Decoded sRGB, 8 bits a channel, row by row from the top; the fourth channel, where there is one, is opacity. */
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
