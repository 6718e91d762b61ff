import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import type { Caller } from '../../http/access.js';
import type { Page } from '../../http/page.js';
import { FindPerson } from '../../users/people/find-person.js';
import { decodeNumber, encodeNumber } from './number-cursor.js';
import type { PostListQuery, PostView } from './post.schema.js';
import { ReadPosts } from './read-posts.js';
import { visibleTo } from './visible.js';
import { readSearch } from './words.js';

/**
 * Numbers are given in the order of time, so a time is a number: the index that carries the list carries its bounds.
 * Before the first and after the last there is no post: nothing, and no bound.
 */
const FROM = (parameter: string): string => `
  p.number >= (SELECT number FROM posts WHERE published_at >= ${parameter}::timestamptz
    ORDER BY published_at, number LIMIT 1)`;
const TO = (parameter: string): string => `
  p.number < coalesce((SELECT number FROM posts WHERE published_at > ${parameter}::timestamptz
    ORDER BY published_at, number LIMIT 1), 9223372036854775807)`;

/** Lists posts that somebody may see, newest first. */
@Injectable()
export class ListPosts {
  constructor(
    private readonly database: Database,
    private readonly findPerson: FindPerson,
    private readonly readPosts: ReadPosts,
  ) {}

  /** @throws Problem USER_NOT_FOUND (author), INVALID_CURSOR */
  async run({ limit, cursor, author, q, from, to }: PostListQuery, caller: Caller): Promise<Page<PostView>> {
    const values: unknown[] = [caller.userId, this.findPerson.scopeOf(caller)];
    const place = (value: unknown): string => `$${values.push(value)}`;
    const conditions = [`p.number IS NOT NULL`, visibleTo('$1', '$2')];
    if (author !== undefined) conditions.push(`p.author_id = ${place((await this.findPerson.run(author, caller)).id)}`);
    if (q !== undefined) {
      const { hashtags, words } = readSearch(q);
      if (hashtags.length > 0) conditions.push(`p.hashtags @> ${place(hashtags)}::text[]`);
      if (words !== '') conditions.push(`post_terms(p.title, p.text) @@ post_query(${place(words)})`);
    }
    if (from !== undefined) conditions.push(FROM(place(from)));
    if (to !== undefined) conditions.push(TO(place(to)));
    if (cursor !== undefined) conditions.push(`p.number < ${place(decodeNumber(cursor))}::bigint`);
    // Unnamed: planned for these values, as a rare word and a common one are found in different ways.
    const rows = await this.database.query<{ number: string }>(
      '',
      `SELECT p.number FROM posts p JOIN people a ON a.id = p.author_id
       WHERE ${conditions.join(' AND ')} ORDER BY p.number DESC LIMIT ${place(limit + 1)}`,
      values,
    );
    return toPostPage(this.readPosts, rows, limit, caller.userId);
  }
}

/** Makes a page of numbers that were read with one more than `limit`. */
export async function toPostPage(
  readPosts: ReadPosts,
  rows: readonly { number: string }[],
  limit: number,
  readerId: string,
): Promise<Page<PostView>> {
  const shown = rows.slice(0, limit).map(({ number }) => number);
  const last = shown.at(-1);
  return {
    items: await readPosts.byNumbers(shown, readerId, 'desc'),
    nextCursor: rows.length > limit && last !== undefined ? encodeNumber(last) : null,
  };
}
