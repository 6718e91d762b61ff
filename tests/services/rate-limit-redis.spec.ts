import { Redis } from 'ioredis';
import type { Database } from '#libs/database/database.js';
import { FallbackStorage } from '../../apps/api/src/rate-limit/fallback-storage.js';
import { PostgresStorage } from '../../apps/api/src/rate-limit/postgres-storage.js';
import { RedisStorage } from '../../apps/api/src/rate-limit/redis-storage.js';
import { describeRateLimitStorage } from '../contract/rate-limit-storage.contract.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { openDatabase } from '../support/open-database.js';

describe('rate limits counted in Redis', () => {
  let storages: [RedisStorage, RedisStorage];
  // One of its own: what it is made to suffer must not reach other tests.
  let redis: RedisServer;
  let admin: Redis;

  /** Redis answers, however busy the machine is, but where a test lets it stand still. */
  const connect = (patienceMs = 100_000) => new RedisStorage(redis.url, () => undefined, patienceMs);

  beforeAll(async () => {
    redis = await RedisServer.open();
    admin = new Redis(redis.url);
    storages = [connect(), connect()];
    for (const storage of storages) await untilConnected(storage);
  });
  afterAll(async () => {
    for (const storage of storages) storage.close();
    await admin.quit();
    await redis.kill();
  });

  describeRateLimitStorage(() => storages);

  it('leaves no key behind that does not end by itself', async () => {
    await storages[0].increment('any', 60_000, 1, 60_000, 'test');
    const keys = await admin.keys('rate-limit:*');
    expect(keys).toContain('rate-limit:test:any');
    // -1: for good. Those of other tests may have ended since they were listed (-2).
    for (const key of keys) expect(await admin.pttl(key)).not.toBe(-1);
  });

  describe('when Redis stops answering', () => {
    let server: TestDatabase;
    let database: Database;
    let storage: FallbackStorage;
    const failures: unknown[] = [];

    beforeAll(async () => {
      server = await createDatabase();
      database = openDatabase(server.url);
      const counted = connect(1_000);
      await untilConnected(counted);
      storage = new FallbackStorage(counted, new PostgresStorage(database), (error) => failures.push(error));
    });
    afterAll(async () => {
      storage.close();
      await database.close();
      await server.drop();
    });

    it('delays one round of requests a little, goes on in PostgreSQL, and comes back by itself', async () => {
      const hit = () => storage.increment('pause', 60_000, 5, 60_000, 'test');
      const rows = () => database.query('rows', `SELECT hits FROM throttle_hits WHERE key = 'pause'`, []);
      expect(await hit()).toMatchObject({ totalHits: 1 });
      expect(await rows()).toEqual([]);
      redis.freeze();
      const begun = performance.now();
      await Promise.all(Array.from({ length: 20 }, hit));
      // One after the other they would wait for 20 s: a second each.
      expect(performance.now() - begun).toBeLessThan(15_000);
      redis.goOn();
      expect(failures).toHaveLength(1);
      expect(await rows()).toEqual([{ hits: 20 }]);
      // What timed out on its way to Redis is counted there as well, later; what comes after is counted only there.
      await until(
        async () => {
          await hit();
          return Number(await admin.get('rate-limit:test:pause'));
        },
        (counted) => counted > 21,
      );
      expect(failures).toHaveLength(1);
    });
  });
});

/** Commands before the connection stands would fail, as they are meant to. */
async function untilConnected(storage: RedisStorage): Promise<void> {
  await until(
    () =>
      storage.increment('connect', 1_000, 1, 1_000, 'test').then(
        () => true,
        () => false,
      ),
    (connected) => connected,
  );
}
