import { thumbHashToDataURL } from 'thumbhash';

const KEPT = 500;
const urls = new Map<string, string>();

/** A blurred picture to show until the real one is there, as a data: URL. */
export function placeholder(thumbhash: string | null): string | undefined {
  if (thumbhash === null) return undefined;
  const known = urls.get(thumbhash);
  if (known !== undefined) return known;
  const url = thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (character) => character.charCodeAt(0)));
  const [oldest] = urls.keys();
  if (urls.size >= KEPT && oldest !== undefined) urls.delete(oldest);
  urls.set(thumbhash, url);
  return url;
}
