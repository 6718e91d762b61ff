import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';

/** Not flattened into a join: one look at an index for each row, and only for as many rows as the page needs. */
const FOLLOWED = (author: string): string =>
  `(SELECT true FROM follows WHERE follower_id = $1 AND followee_id = ${author})`;

/**
 * The numbers of somebody's timeline from one on. A post of somebody they follow is in exactly one of three states at
 * a time, and one statement sees one time: written into the timeline, not written yet, or of somebody with too many
 * followers. A post is an entry of its own while it is being written: UNION takes such twins for one.
 */
const numbers = (beyond: '<' | '>', order: 'ASC' | 'DESC'): string => `
  SELECT number FROM (
    (SELECT e.number FROM timeline_entries e
     WHERE e.user_id = $1 AND e.number ${beyond} $2 AND ${FOLLOWED('e.author_id')}
       AND (SELECT true FROM posts WHERE posts.number = e.number)
     ORDER BY e.number ${order} LIMIT $3)
    UNION
    (SELECT p.number FROM posts p
     WHERE p.fan_out = 'PENDING' AND p.number IS NOT NULL AND p.number ${beyond} $2 AND ${FOLLOWED('p.author_id')}
     ORDER BY p.number ${order} LIMIT $3)
    UNION
    (SELECT recent.number FROM profiles a CROSS JOIN LATERAL (
       SELECT p.number FROM posts p
       WHERE p.author_id = a.user_id AND p.fan_out = 'READ' AND p.number ${beyond} $2
       ORDER BY p.number ${order} LIMIT $3) recent
     WHERE a.read_on_demand AND ${FOLLOWED('a.user_id')})
    UNION
    (SELECT p.number FROM posts p
     WHERE p.author_id = $1 AND p.number ${beyond} $2 ORDER BY p.number ${order} LIMIT $3)
  ) AS found
  ORDER BY number ${order}
  LIMIT $3`;

const BEFORE = numbers('<', 'DESC');
const AFTER = numbers('>', 'ASC');
const NEWEST = '9223372036854775807';

/** What somebody's timeline has: the posts of those they follow, and their own, in the order they were shown. */
@Injectable()
export class Timeline {
  constructor(private readonly database: Database) {}

  /** Newest first, before a number. */
  before(userId: string, number: string | null, limit: number): Promise<{ number: string }[]> {
    return this.database.query('timeline.before', BEFORE, [userId, number ?? NEWEST, limit]);
  }

  /** Oldest first, after a number. */
  after(userId: string, number: string, limit: number): Promise<{ number: string }[]> {
    return this.database.query('timeline.after', AFTER, [userId, number, limit]);
  }
}
