import type { Hit, RateLimitStorage } from './storage.js';

type Arguments = Parameters<RateLimitStorage['increment']>;

const RETRY_AFTER_MS = 5_000;

/**
 * Counts in `first`, and in `second` while `first` fails. A limiter that is away must neither take the API down nor
 * leave accounts open to guessing: so it does not fail open, it counts elsewhere. The second store begins at nothing,
 * so that one outage allows a limit to be used twice at most. When both are away the request fails: the second store
 * is the database, without which nobody could be signed in anyway.
 */
export class FallbackStorage implements RateLimitStorage {
  private retryAt = 0;

  /** @param onFailure told once for every RETRY_AFTER_MS in which `first` is left alone */
  constructor(
    private readonly first: RateLimitStorage,
    private readonly second: RateLimitStorage,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  async increment(...hit: Arguments): Promise<Hit> {
    if (performance.now() < this.retryAt) return this.second.increment(...hit);
    try {
      return await this.first.increment(...hit);
    } catch (error) {
      this.giveUpForNow(error);
      return this.second.increment(...hit);
    }
  }

  close(): void {
    this.first.close();
    this.second.close();
  }

  private giveUpForNow(error: unknown): void {
    // Many requests may have been waiting for the same failure.
    if (performance.now() < this.retryAt) return;
    this.retryAt = performance.now() + RETRY_AFTER_MS;
    this.onFailure(error);
  }
}
