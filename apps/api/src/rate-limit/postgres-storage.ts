import type { Database } from '#libs/database/database.js';
import { toHit, type Hit, type RateLimitStorage } from './storage.js';

// One statement: the row's lock makes parallel hits wait for each other, so none is lost. While the window lasts no
// indexed column changes, and the update stays within its page (HOT). The table is unlogged: nothing is flushed.
const HIT = `
  INSERT INTO throttle_hits AS hit (key, throttler, hits, expires_at)
  VALUES ($1, $2, 1, now() + make_interval(secs => $3 / 1000.0))
  ON CONFLICT (key, throttler) DO UPDATE SET
    hits = CASE WHEN hit.expires_at <= now() THEN 1 ELSE hit.hits + 1 END,
    expires_at = CASE WHEN hit.expires_at <= now() THEN excluded.expires_at ELSE hit.expires_at END
  RETURNING hits, (extract(epoch FROM expires_at - now()) * 1000)::int AS remaining`;

/** Counts in throttle_hits. What has run out is removed by housekeeping. */
export class PostgresStorage implements RateLimitStorage {
  constructor(private readonly database: Database) {}

  async increment(key: string, ttl: number, limit: number, _blockDuration: number, policy: string): Promise<Hit> {
    const values = [key, policy, ttl];
    const [row] = await this.database.query<{ hits: number; remaining: number }>('rate-limit.hit', HIT, values);
    if (!row) throw new Error('an upsert returned no row');
    return toHit(row.hits, limit, row.remaining, ttl);
  }

  close(): void {
    // The pool is the database's.
  }
}
