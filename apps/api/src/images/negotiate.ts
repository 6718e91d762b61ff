import Negotiator from 'negotiator';
import { isVariantFormat, type VariantFormat } from '#libs/media/variant/formats.js';

/** auto: the best that the client says it can show. */
export type AskedFormat = VariantFormat | 'auto';

const ASKED: Readonly<Record<string, AskedFormat>> = { auto: 'auto', jpeg: 'jpg' };

/** What the ending of a URL asks for; null when it is no format. */
export const askedFormat = (name: string): AskedFormat | null =>
  isVariantFormat(name) ? name : Object.hasOwn(ASKED, name) ? (ASKED[name] ?? null) : null;

/** Smallest first. A client that only says that it takes anything is not known to take these. */
const MODERN = [
  ['image/avif', 'avif'],
  ['image/webp', 'webp'],
] as const;

/** The smallest format among those that the client names; else what every client can show. */
export function negotiate(accept: string | undefined, hasAlpha: boolean): VariantFormat {
  const named = new Negotiator({ headers: { accept: accept ?? '' } }).mediaTypes();
  const modern = MODERN.find(([mime]) => named.includes(mime));
  return modern?.[1] ?? (hasAlpha ? 'png' : 'jpg');
}
