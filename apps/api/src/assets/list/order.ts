import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Prisma } from '#libs/database/generated/client.js';
import { Problem } from '../../problem/problem.js';

export const SORTS = ['createdAt', '-createdAt', 'name', '-name', 'size', '-size', 'deletedAt', '-deletedAt'] as const;
export type Sort = (typeof SORTS)[number];

/** PostgreSQL knows no year 0, which the format allows. */
const time = z.iso.datetime().refine((at) => Date.parse(at) >= 0);

/** What a row is sorted by, as SQL and as a cursor has it. Each has an index that carries it (beyond-prisma.sql). */
const KEYS = {
  createdAt: { column: Prisma.sql`created_at`, type: Prisma.sql`timestamptz`, schema: time },
  name: { column: Prisma.sql`lower(filename) COLLATE "C"`, type: Prisma.sql`text`, schema: z.string() },
  size: { column: Prisma.sql`size`, type: Prisma.sql`bigint`, schema: z.string().regex(/^\d{1,18}$/) },
  deletedAt: { column: Prisma.sql`deleted_at`, type: Prisma.sql`timestamptz`, schema: time },
} as const;

/** How a list is sorted: by one key and, among equals, by id, both in one direction. */
export interface Order {
  /** Read as `key` with each row: what its cursor is made of. */
  key: Prisma.Sql;
  orderBy: Prisma.Sql;
  /** The condition that leaves out all up to the cursor. @throws Problem INVALID_CURSOR */
  after(cursor: string): Prisma.Sql;
  cursorOf(row: { id: string; key: Date | string | bigint }): string;
}

/**
 * @param filters what the list is of: a cursor is good for that alone, since with other filters rows would be skipped
 */
export function orderOf(sort: Sort, filters: object): Order {
  const { column, type, schema } = KEYS[sort.replace('-', '') as keyof typeof KEYS];
  const descending = sort.startsWith('-');
  const direction = descending ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const list = fingerprint(sort, filters);
  const position = z.tuple([z.literal(list), schema, z.uuid()]);
  return {
    key: column,
    orderBy: Prisma.sql`${column} ${direction}, id ${direction}`,
    after: (cursor) => {
      const [, key, id] = decode(cursor, position);
      const beyond = descending ? Prisma.sql`<` : Prisma.sql`>`;
      return Prisma.sql`(${column}, id) ${beyond} (${key}::${type}, ${id}::uuid)`;
    },
    cursorOf: ({ id, key }) => {
      const text = key instanceof Date ? key.toISOString() : String(key);
      return Buffer.from(JSON.stringify([list, text, id])).toString('base64url');
    },
  };
}

function decode<Schema extends z.ZodType>(cursor: string, position: Schema): z.infer<Schema> {
  try {
    return position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    throw new Problem(
      'INVALID_CURSOR',
      'Use a nextCursor as it was given, with the same filters and sort, or leave the cursor out.',
      { cause },
    );
  }
}

/** The same for the same list, in whatever order its filters are given. */
function fingerprint(sort: Sort, filters: object): string {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  const sorted = given.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([sort, sorted]))
    .digest('base64url')
    .slice(0, 12);
}
