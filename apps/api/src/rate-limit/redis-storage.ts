import { Redis } from 'ioredis';
import { z } from 'zod';
import { toHit, type Hit, type RateLimitStorage } from './storage.js';

// A script runs alone, so a counter can never be left without its end.
const HIT = `
local hits = redis.call('INCR', KEYS[1])
local remaining = redis.call('PTTL', KEYS[1])
if remaining < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  remaining = tonumber(ARGV[1])
end
return { hits, remaining }`;

const answer = z.tuple([z.int(), z.int()]);

/** Milliseconds: longer than Redis ever takes, shorter than anybody notices. */
const COMMAND_TIMEOUT = 250;

/** Counts in Redis keys that end with their window. Fails at once, rather than waits, when Redis is away. */
export class RedisStorage implements RateLimitStorage {
  private readonly redis: Redis;

  constructor(url: string, onError: (error: Error) => void, commandTimeout = COMMAND_TIMEOUT) {
    this.redis = new Redis(url, {
      connectionName: 'media-inbox-rate-limit',
      commandTimeout,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (times) => Math.min(100 * 2 ** times, 3_000),
    });
    this.redis.on('error', onError);
  }

  /** @throws when Redis does not answer, is full, or is still starting */
  async increment(key: string, ttl: number, limit: number, _blockDuration: number, policy: string): Promise<Hit> {
    const [hits, remaining] = answer.parse(await this.redis.eval(HIT, 1, `rate-limit:${policy}:${key}`, ttl));
    return toHit(hits, limit, remaining, ttl);
  }

  close(): void {
    this.redis.disconnect();
  }
}
