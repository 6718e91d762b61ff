import type { Facts } from '../result.js';

/** Facts without where it was: what was packed so that it could not be overwritten is not told either. */
export function withoutPlace({ exif, xmp, gps: _film, ...facts }: Facts): Facts {
  const { gps: _place, ...restOfExif } = exif ?? {};
  const { gps: _other, ...restOfXmp } = xmp ?? {};
  return { ...facts, ...(exif && { exif: restOfExif }), ...(xmp && { xmp: restOfXmp }) };
}
