import { Problem } from '../../problem/problem.js';

/** An asset's ETag (RFC 9110, 8.8.3): it changes with what people edit, and not with what workers find out. */
export const entityTag = (revision: number): string => `"${revision}"`;

const TAG = /^(?:W\/)?"(\d{1,9})"$/;

/**
 * The revisions that an If-Match header names; null for `*`, which any is. Weak tags count too: a proxy that compresses
 * makes them so.
 * @throws Problem PRECONDITION_REQUIRED, PRECONDITION_FAILED for a header that names none
 */
export function revisionsOf(ifMatch: string | undefined): number[] | null {
  if (ifMatch === undefined || ifMatch.trim() === '')
    throw new Problem(
      'PRECONDITION_REQUIRED',
      'Send If-Match with the ETag of the asset as you have seen it, so that nobody else’s change is lost.',
    );
  if (ifMatch.trim() === '*') return null;
  const named = ifMatch.split(',').flatMap((tag) => TAG.exec(tag.trim())?.[1] ?? []);
  if (named.length === 0) throw new Problem('PRECONDITION_FAILED', 'If-Match holds no ETag of an asset.');
  return named.map(Number);
}
