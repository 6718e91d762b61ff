import { framesShown } from './animation.js';
import type { Header } from './header.js';
import type { ImageLimits } from './limits.js';

/** Asked, with an estimate in bytes, before a decode takes much memory; settles when it may. */
export type MakeRoom = (bytes: number) => Promise<void>;

/**
 * Bytes a pixel that libvips and its decoders hold while they shrink a picture, measured on pictures of 12 megapixels.
 * What is not here is read in order, row by row.
 */
const HELD: Readonly<Partial<Record<Header['format'], number>>> = { gif: 7, avif: 20, webp: 4 };
const READ_IN_ORDER = 3;
/** A decoder that cannot begin at the top has to hold all coefficients, or all pixels, until the end. */
const HELD_WHOLE = 8;

/** libwebp's animations come as all of their frames; of the others little more than a preview's are held. */
const FRAME_HELD = 5;
const FRAMES_SMALL = 120e6;

/** What it takes to decode a picture that libvips reads. */
export function roomToDecode(header: Header, limits: ImageLimits): number {
  const { width, height, format, isVector, metadata, animation } = header;
  if (isVector) return 0;
  if (animation)
    return format === 'webp' ? framesShown(animation, header, limits) * width * height * FRAME_HELD : FRAMES_SMALL;
  const bytes = metadata.isProgressive ? HELD_WHOLE : (HELD[format] ?? READ_IN_ORDER);
  return width * height * bytes * (metadata.depth === 'uchar' ? 1 : 2);
}
