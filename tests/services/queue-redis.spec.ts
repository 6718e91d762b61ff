import { Redis } from 'ioredis';
import { QueueUnavailableError } from '#libs/queue/dispatcher.js';
import { describeQueueContract } from '../contract/queue.contract.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { QueueLab, type QueueServers } from '../support/queue-lab.js';

/** A numbered database of the server, which no other test uses. */
function redisUrl(): string {
  const server = process.env.REDIS_URL;
  if (!server) throw new Error('No Redis: run through npm run test:services, which starts one.');
  return `${server.replace(/\/\d*$/, '')}/7`;
}

describe('the queue on Redis', () => {
  const databases: TestDatabase[] = [];
  const servers = async (): Promise<QueueServers> => {
    const database = await createDatabase();
    databases.push(database);
    return { databaseUrl: database.url, redisUrl: redisUrl() };
  };

  describeQueueContract(servers);

  describe('that does not answer', () => {
    let lab: QueueLab;
    let admin: Redis;

    beforeAll(async () => {
      lab = await QueueLab.open(await servers());
      admin = new Redis(redisUrl());
    });
    afterAll(async () => {
      await lab.reset();
      await lab.close();
      await admin.quit();
    });

    it('is said so in time, delays nobody for long, and loses nothing', async () => {
      lab.startWorker();
      await admin.call('CLIENT', 'PAUSE', '5000', 'ALL');
      const began = performance.now();
      const id = await lab.enqueue();
      await expect(lab.dispatcher.check()).rejects.toThrow(QueueUnavailableError);
      expect(performance.now() - began).toBeLessThan(4_500);
      expect(await lab.job(id)).toMatchObject({ state: 'WAITING' });
      await lab.reached(id, 'COMPLETED');
      await lab.dispatcher.check();
    });
  });

  afterAll(async () => {
    for (const database of databases) await database.drop();
  });
});
