import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PictureOutput } from '../../result.js';
import { TiffWriter } from '../decode/tiff-writer.js';
import type { Pixels } from '../pixels.js';
import { sharp } from '../sharp.js';
import { WEBP } from './renditions.js';

/**
 * A preview that keeps the colours that sRGB does not have: as WebP in Display P3, which phones and most screens made since
 * show, with libvips' own profile and not the file's. All else is made of the same picture in sRGB: thumbnails are shown
 * many at a time, small, and by what knows no profiles.
 * @param pixels as the profile means them, RGB
 */
export async function writeWidePreview(
  { data, width, height, channels }: Pixels,
  icc: Buffer,
  folder: string,
): Promise<{ preview: PictureOutput; pixels: Pixels }> {
  const source = join(folder, 'wide.tif');
  const writer = new TiffWriter(source);
  try {
    writer.append(data);
    writer.finish({ width, height, channels: channels === 4 ? 4 : 3, icc });
  } finally {
    writer.close();
  }
  // With 16 bits sharp works in P3; with 8, sRGB would be a narrow pass in between.
  const wide = await sharp(source).pipelineColourspace('rgb16').withIccProfile('p3').webp(WEBP).toBuffer();
  const narrow = await sharp(source).raw().toBuffer();
  await rm(source);
  const path = join(folder, 'preview.webp');
  await writeFile(path, wide);
  return {
    preview: { kind: 'preview', path, mime: 'image/webp', width, height, size: wide.length },
    pixels: { data: narrow, width, height, channels },
  };
}
