import { randomUUID } from 'node:crypto';
import { loadSettings } from '#libs/config/settings.js';
import type { Database } from '#libs/database/database.js';
import type { LeasedJob } from '#libs/queue/leases.js';
import { createDatabase, type TestDatabase } from '../../../../tests/support/database.js';
import { openDatabase } from '../../../../tests/support/open-database.js';
import { FanOutPostHandler } from './fan-out-post.handler.js';

let server: TestDatabase;
let database: Database;
let handler: FanOutPostHandler;

beforeAll(async () => {
  server = await createDatabase();
  database = openDatabase(server.url);
  const secrets = { JWT_SECRET: 'j'.repeat(32), URL_SIGNING_SECRET: 'u'.repeat(32) };
  handler = new FanOutPostHandler(database, loadSettings({ DATABASE_URL: server.url, ...secrets }));
});
afterAll(async () => {
  await database.close();
  await server.drop();
});

async function account(): Promise<string> {
  const [id, tenantId] = [randomUUID(), randomUUID()];
  await database.client.tenant.create({ data: { id: tenantId, name: 'one' } });
  await database.client.user.create({ data: { id, tenantId, email: `${id}@example.com`, passwordHash: '' } });
  return id;
}

/** A shown post of somebody whom one account follows, and the job that is to write it into its timeline. */
async function post() {
  const [authorId, followerId, postId] = [await account(), await account(), randomUUID()];
  await database.client.follow.create({ data: { followerId, followeeId: authorId } });
  await database.client.post.create({ data: { id: postId, authorId, text: 'hello', hashtags: [] } });
  await database.client.$executeRaw`SELECT publish_post(${postId}::uuid)`;
  const job: LeasedJob = {
    kind: 'fan-out-post',
    payload: { postId },
    ...{ id: randomUUID(), tenantId: randomUUID(), assetId: null },
    ...{ starts: 1, attempts: 0, maxAttempts: 5, leaseToken: randomUUID() },
  };
  return { job, postId, entries: () => database.client.timelineEntry.count({ where: { userId: followerId } }) };
}

it('writes a post into the timeline of whoever follows its author', async () => {
  const { job, postId, entries } = await post();
  const commit = await handler.run(job);
  await database.transaction(commit);
  expect(await entries()).toBe(1);
  expect(await database.client.post.findUnique({ where: { id: postId } })).toMatchObject({ fanOut: 'DONE' });
});

it('leaves nothing of a post that is deleted meanwhile', async () => {
  const { job, postId, entries } = await post();
  const commit = await handler.run(job);
  await database.client.post.delete({ where: { id: postId } });
  await database.transaction(commit);
  expect(await entries()).toBe(0);
});
