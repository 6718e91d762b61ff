import { canonicalMime, processorOf } from '../kinds.js';
import type { Size } from './geometry.js';
import type { VariantOptions } from './options.js';

/** Types that are decoded as fast as their preview would be. */
const READ_DIRECTLY: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
  'image/tiff',
  'image/svg+xml',
]);

/**
 * What a variant is made of: the file itself, or the preview that was made of it. Pictures that are slow to decode
 * (HEIC, JPEG XL, JPEG 2000, RAW) are decoded again for what their preview is too small for, and for that only.
 * @param preview pixels
 */
export function variantSource(mime: string, options: VariantOptions, preview: Size | null): 'original' | 'preview' {
  const type = canonicalMime(mime);
  if (READ_DIRECTLY.has(type)) return 'original';
  if (processorOf(type) !== 'image') return 'preview';
  return preview && isEnough(options, preview) ? 'preview' : 'original';
}

function isEnough({ crop, width, height, dpr }: VariantOptions, preview: Size): boolean {
  const saysSize = width > 0 || height > 0;
  return crop === null && saysSize && width * dpr <= preview.width && height * dpr <= preview.height;
}
