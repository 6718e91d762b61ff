import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sharp } from 'sharp';
import { MediaFailure } from '../failure.js';
import { decoderSaid } from '../image/decode/decoder-error.js';
import type { Tools } from '../ffmpeg/tools.js';
import { openPicture, type Header, type ImageLimits } from '../image/decode/header.js';
import type { MakeRoom } from '../image/decode/room.js';
import { sharp } from '../image/sharp.js';
import type { ProcessResult } from '../result.js';
import { VARIANT_FORMATS, type VariantFormat } from './formats.js';
import { plan, sizeAfter, type Steps } from './geometry.js';
import { readOptions, type VariantOptions } from './options.js';

export interface VariantTask {
  /** Path of the picture. */
  input: string;
  /** What it was accepted as. */
  mime?: string;
  /** An existing folder. */
  outputDir: string;
  limits: ImageLimits;
  /** null, or left out, on a machine without ffmpeg. */
  tools?: Tools | null;
  makeRoom?: MakeRoom;
  variant: {
    /** As writeVariant writes them. */
    options: string;
    format: VariantFormat;
  };
}

/** Where each encoder gives a picture that looks as sharp as the others' for the fewest bytes. */
const QUALITY: Readonly<Record<VariantFormat, number>> = { avif: 58, webp: 80, jpg: 82, png: 100 };

/**
 * One picture made as the options say, upright, in sRGB and without metadata, from one decode.
 * @throws MediaFailure when the picture is at fault, or would become larger than the limit
 */
export async function makeVariant({ variant, ...task }: VariantTask): Promise<ProcessResult> {
  const { input, outputDir, limits } = task;
  const { variant: options } = readOptions(variant.options);
  const header = await openPicture({ ...task, workDir: outputDir });
  if (!header) throw new MediaFailure('UNSUPPORTED_FORMAT', 'Nothing on this machine reads such pictures.');
  const steps = plan(header, options, header.isVector);
  const size = sizeAfter(steps);
  if (size.width * size.height > limits.maxPixels)
    throw new MediaFailure('PIXEL_LIMIT_EXCEEDED', `The picture would have ${size.width} × ${size.height} pixels.`);
  const { data, info } = await encode(draw(header, steps, options, limits), variant.format, options)
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw new MediaFailure(
        'CORRUPT_FILE',
        'The picture is damaged beyond what can be shown.',
        decoderSaid(error, input),
      );
    });
  const path = join(outputDir, `variant.${variant.format}`);
  await writeFile(path, data);
  const { mime } = VARIANT_FORMATS[variant.format];
  const output = { kind: 'variant', path, mime, width: info.width, height: info.height, size: data.length } as const;
  return { outputs: [output], facts: {}, warnings: [] };
}

function draw(header: Header, { crop, scale, cut }: Steps, options: VariantOptions, { maxPixels }: ImageLimits): Sharp {
  const { source, isVector, metadata } = header;
  // A damaged picture has been READY with a warning: what there is of it is shown here too.
  const image = sharp(source, { failOn: 'none', limitInputPixels: isVector ? false : maxPixels, autoOrient: true });
  if (crop) image.extract(crop);
  if (cut && 'smart' in cut)
    image.resize(cut.smart.width, cut.smart.height, { fit: 'cover', position: sharp.strategy.attention });
  else image.resize(scale.width, scale.height, { fit: 'fill' });
  if (cut && !('smart' in cut)) image.extract(cut);
  // sharp 0.35 works on 16-bit pictures with a profile in P3, and comes back from there only when told to.
  if (metadata.space === 'rgb16' && metadata.hasProfile) image.withIccProfile('srgb');
  if (options.blur > 0) image.blur(options.blur);
  return image;
}

function encode(image: Sharp, format: VariantFormat, options: VariantOptions): Sharp {
  const quality = options.quality ?? QUALITY[format];
  if (options.background !== null || !VARIANT_FORMATS[format].hasAlpha)
    image.flatten({ background: `#${options.background ?? 'ffffff'}` });
  switch (format) {
    case 'avif':
      return image.avif({ quality, effort: 2 });
    case 'webp':
      return image.webp({ quality, effort: 2 });
    case 'jpg':
      return image.jpeg({ quality, progressive: true });
    case 'png':
      return image.png({ compressionLevel: 7 });
  }
}
