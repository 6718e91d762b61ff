import { Problem } from '../../problem/problem.js';

/** Where a page of posts ended: the number of the last one. */
export const encodeNumber = (number: string): string => Buffer.from(number).toString('base64url');

/** @throws Problem INVALID_CURSOR */
export function decodeNumber(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (/^[1-9]\d{0,17}$/.test(text)) return text;
  throw new Problem('INVALID_CURSOR', 'Use a nextCursor as it was given, or leave the cursor out.');
}
