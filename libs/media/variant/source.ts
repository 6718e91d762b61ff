import { canonicalMime } from '../kinds.js';

/** Types that are decoded as fast as their preview would be, and with all their pixels. */
const READ_DIRECTLY: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
  'image/tiff',
  'image/svg+xml',
]);

/** What variants of a file are made of: the file itself, or the preview that was made of it. */
export const variantSource = (mime: string): 'original' | 'preview' =>
  READ_DIRECTLY.has(canonicalMime(mime)) ? 'original' : 'preview';
