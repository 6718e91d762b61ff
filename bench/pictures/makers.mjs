import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';

/** A picture with a photo's amount of detail, as a PNG that compresses fast. */
export async function noisePhoto(file, width, height) {
  const [wide, high] = [Math.ceil(width / 8), Math.ceil(height / 8)];
  const small = { raw: { width: wide, height: high, channels: 3 } };
  await sharp(randomBytes(wide * high * 3), small)
    .resize(width, height, { kernel: 'cubic' })
    .png({ compressionLevel: 1 })
    .toFile(file);
}

const bySharp = (convert) => async (photo, file) => {
  await convert(sharp(photo, { limitInputPixels: false })).toFile(file);
};

/** ffmpeg knows no other way than by a file's name. */
const byFfmpeg =
  (...options) =>
  (photo, file, { ffmpeg }) => {
    execFileSync(ffmpeg, ['-y', '-loglevel', 'error', '-i', photo, ...options, file], { maxBuffer: 1024 ** 2 });
  };

/** By extension: writes a photo as such a file. */
export const MAKERS = {
  jpg: bySharp((image) => image.jpeg({ quality: 88 })),
  jpeg: bySharp((image) => image.jpeg({ quality: 88, progressive: true })),
  png: bySharp((image) => image.png({ compressionLevel: 1 })),
  webp: bySharp((image) => image.webp({ effort: 0 })),
  avif: bySharp((image) => image.avif({ effort: 0, quality: 50 })),
  tif: bySharp((image) => image.tiff({ compression: 'deflate', tile: true })),
  gif: bySharp((image) => image.gif({ effort: 1 })),
  bmp: byFfmpeg('-pix_fmt', 'bgr24'),
  jxl: byFfmpeg('-c:v', 'libjxl', '-effort', '1'),
  jp2: byFfmpeg('-c:v', 'jpeg2000', '-pix_fmt', 'rgb24'),
};
