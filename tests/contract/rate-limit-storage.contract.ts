import { randomUUID } from 'node:crypto';
import type { RateLimitStorage } from '../../apps/api/src/rate-limit/storage.js';
import { until } from '../support/until.js';

const LIMIT = 3;
const MINUTE = 60_000;

/** What a limit may rely on, wherever its hits are counted. `storages`: of two processes, on one server. */
export function describeRateLimitStorage(storages: () => [RateLimitStorage, RateLimitStorage]): void {
  const hit = (key: string, ttl = MINUTE, policy = 'test', storage = storages()[0]) =>
    storage.increment(key, ttl, LIMIT, ttl, policy);

  it('counts up to the limit and refuses what comes after, until the window ends', async () => {
    const key = randomUUID();
    const began = Date.now();
    for (let count = 1; count <= LIMIT; count++)
      expect(await hit(key)).toMatchObject({ totalHits: count, isBlocked: false });
    const refused = await hit(key);
    expect(refused).toMatchObject({ totalHits: LIMIT + 1, isBlocked: true });
    expect(refused.timeToExpire).toBeGreaterThanOrEqual(59 - (Date.now() - began) / 1000);
    expect(refused.timeToExpire).toBeLessThanOrEqual(60);
    expect(refused.timeToBlockExpire).toBe(refused.timeToExpire);
  });

  it('begins a new window when the old one has ended, without being cleaned up', async () => {
    const key = randomUUID();
    await until(
      () => hit(key, 400),
      ({ isBlocked }) => isBlocked,
    );
    const next = await until(
      () => hit(key, 400),
      ({ isBlocked }) => !isBlocked,
    );
    expect(next).toMatchObject({ totalHits: 1, timeToExpire: 1 });
  });

  it('is not kept waiting by refused hits: they do not make the window longer', async () => {
    const key = randomUUID();
    await until(
      () => hit(key, 500),
      ({ isBlocked }) => isBlocked,
    );
    // Asked all the time, a window that grew by each would never end.
    await until(
      () => hit(key, 500),
      ({ isBlocked }) => !isBlocked,
    );
  });

  it('loses no hit of two processes at once', async () => {
    const key = randomUUID();
    const hits = await Promise.all(
      Array.from({ length: 60 }, (_, index) => hit(key, MINUTE, 'test', storages()[index % 2])),
    );
    const counts = hits.map(({ totalHits }) => totalHits).sort((a, b) => a - b);
    expect(counts).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(hits.filter(({ isBlocked }) => !isBlocked)).toHaveLength(LIMIT);
  });

  it('keeps policies and keys apart', async () => {
    const [key, other] = [randomUUID(), randomUUID()];
    for (let count = 0; count <= LIMIT; count++) await hit(key);
    expect(await hit(other)).toMatchObject({ totalHits: 1, isBlocked: false });
    expect(await hit(key, MINUTE, 'other')).toMatchObject({ totalHits: 1, isBlocked: false });
  });
}
