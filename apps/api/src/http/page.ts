import { z } from 'zod';
import { Problem } from '../problem/problem.js';

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
};

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export const pageOf = <Item extends z.ZodType>(id: string, item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() }).meta({ id });

/** Where a page ended, newest first: the row's time and, among equals, its id. */
export interface Position {
  at: Date;
  id: string;
}

/** Since 1970: PostgreSQL knows no year 0, which the format allows. */
const position = z.tuple([z.iso.datetime().refine((at) => Date.parse(at) >= 0), z.uuid()]);

export function encodeCursor({ at, id }: Position): string {
  return Buffer.from(JSON.stringify([at.toISOString(), id])).toString('base64url');
}

/** @throws Problem INVALID_CURSOR */
export function decodeCursor(cursor: string): Position {
  try {
    const [at, id] = position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { at: new Date(at), id };
  } catch (cause) {
    throw new Problem('INVALID_CURSOR', 'Use a nextCursor as it was given, or leave the cursor out.', { cause });
  }
}

/** The order of most lists, for Prisma. */
export const NEWEST_FIRST: { createdAt?: 'desc'; id?: 'desc' }[] = [{ createdAt: 'desc' }, { id: 'desc' }];

/**
 * Keyset, for Prisma: what comes after the last row shown, among equals by id.
 * @throws Problem INVALID_CURSOR
 */
export function after(cursor: string | undefined) {
  if (cursor === undefined) return {};
  const { at, id } = decodeCursor(cursor);
  return { createdAt: { lte: at }, OR: [{ createdAt: { lt: at } }, { id: { lt: id } }] };
}

/** Makes a page of rows that were read with one more than `limit`. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => Position,
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null,
  };
}
