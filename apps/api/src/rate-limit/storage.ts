import type { ThrottlerStorage } from '@nestjs/throttler';

/** Counts hits in fixed windows, for all processes together. */
export interface RateLimitStorage extends ThrottlerStorage {
  close(): void;
}

export type Hit = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * What a counter says: a key that is used up stays so until its window ends.
 *
 * @param totalHits in this window, this one included
 * @param remainingMs until the window ends
 * @param ttl the window's length in milliseconds
 */
export function toHit(totalHits: number, limit: number, remainingMs: number, ttl: number): Hit {
  // Rounded up, since a client that comes back a moment early is refused again; but never longer than the window.
  const seconds = Math.ceil(Math.min(remainingMs, ttl) / 1000);
  return { totalHits, timeToExpire: seconds, isBlocked: totalHits > limit, timeToBlockExpire: seconds };
}
