import type { Dib } from './dib.js';

/**
 * Undoes run-length encoding: rows of one byte a pixel, from the bottom (Windows GDI, Bitmap Compression). What the
 * data skips stays colour 0; what runs over an edge is cut off.
 */
export function expandRle(data: Buffer, { width, height, compression }: Dib): Buffer {
  const pixels = Buffer.alloc(width * height);
  const isNibbles = compression === 'rle4';
  let [x, y] = [0, 0];
  const put = (index: number) => {
    if (x < width && y < height) pixels[y * width + x] = index;
    x++;
  };
  const nibble = (byte: number, position: number) => (isNibbles ? (position % 2 === 0 ? byte >> 4 : byte & 15) : byte);
  for (let at = 0; at + 1 < data.length && y < height;) {
    const [count = 0, value = 0] = [data[at], data[at + 1]];
    at += 2;
    if (count > 0) {
      for (let index = 0; index < count; index++) put(nibble(value, index));
    } else if (value === 0) {
      [x, y] = [0, y + 1];
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      x += data[at] ?? 0;
      y += data[at + 1] ?? 0;
      at += 2;
    } else {
      const bytes = isNibbles ? Math.ceil(value / 2) : value;
      for (let index = 0; index < value; index++) put(nibble(data[at + (isNibbles ? index >> 1 : index)] ?? 0, index));
      at += bytes + (bytes % 2);
    }
  }
  return pixels;
}
