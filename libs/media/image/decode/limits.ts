import { MediaFailure } from '../../failure.js';

export interface ImageLimits {
  /** Width times height of the picture that is decoded. */
  maxPixels: number;
}

/**
 * Holds a declared size against the limits, before anything is decoded.
 * @throws MediaFailure PIXEL_LIMIT_EXCEEDED, or CORRUPT_FILE for a size that no picture has
 */
export function refuseSize(width: number, height: number, { maxPixels }: ImageLimits): void {
  if (!(width > 0 && height > 0)) throw new MediaFailure('CORRUPT_FILE', 'The picture says that it has no size.');
  if (width * height <= maxPixels) return;
  const detail = `The picture has ${width} × ${height} pixels; at most ${maxPixels / 1e6} million are accepted.`;
  throw new MediaFailure('PIXEL_LIMIT_EXCEEDED', detail);
}

export const damaged = (diagnostics?: string): MediaFailure =>
  new MediaFailure('CORRUPT_FILE', 'The picture is damaged beyond what can be shown.', diagnostics);

export const unsupported = (diagnostics?: string): MediaFailure =>
  new MediaFailure('UNSUPPORTED_FORMAT', 'The picture uses a variant of its format that cannot be read.', diagnostics);
