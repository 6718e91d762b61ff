import { QueueUnavailableError } from '#libs/queue/dispatcher.js';
import { describeQueueContract } from '../contract/queue.contract.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { QueueLab, type QueueServers } from '../support/queue-lab.js';
import { RedisServer } from '../support/redis-server.js';

describe('the queue on Redis', () => {
  // One of its own: what it is made to suffer must not reach other tests.
  let redis: RedisServer;
  const databases: TestDatabase[] = [];
  const servers = async (): Promise<QueueServers> => {
    const database = await createDatabase();
    databases.push(database);
    return { databaseUrl: database.url, redisUrl: redis.url };
  };

  beforeAll(async () => {
    redis = await RedisServer.open();
  });

  describeQueueContract(servers);

  describe('that does not answer', () => {
    let lab: QueueLab;

    beforeAll(async () => {
      lab = await QueueLab.open(await servers());
    });
    afterAll(async () => {
      await lab.reset();
      await lab.close();
    });

    it('is said so in time, delays nobody for long, and loses nothing', async () => {
      lab.startWorker();
      await lab.reached(await lab.enqueue(), 'COMPLETED');
      redis.freeze();
      const began = performance.now();
      const id = await lab.enqueue();
      await expect(lab.dispatcher.check()).rejects.toThrow(QueueUnavailableError);
      // A second each, and what a busy machine adds: Redis itself would never have answered.
      expect(performance.now() - began).toBeLessThan(60_000);
      expect(await lab.job(id)).toMatchObject({ state: 'WAITING' });
      redis.goOn();
      await lab.reached(id, 'COMPLETED');
      await lab.dispatcher.check();
    });
  });

  afterAll(async () => {
    for (const database of databases) await database.drop();
    await redis.kill();
  });
});
