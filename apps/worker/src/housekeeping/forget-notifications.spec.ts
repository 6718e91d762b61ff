import { v7 as uuidv7 } from 'uuid';
import { createDatabase, type TestDatabase } from '../../../../tests/support/database.js';
import { openDatabase } from '../../../../tests/support/open-database.js';
import type { Database } from '#libs/database/database.js';
import { notify } from '#libs/events/notify.js';
import { forgetNotifications } from './forget-notifications.js';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await createDatabase();
  database = openDatabase(server.url);
});
afterAll(async () => {
  await database.close();
  await server.drop();
});

it('forgets what is old, of many accounts, and what of it was unread is unread no longer', async () => {
  const tenantId = uuidv7();
  await database.client.tenant.create({ data: { id: tenantId, name: 'test' } });
  const users = Array.from({ length: 3 }, () => uuidv7()).sort();
  for (const id of users) {
    const data = { id, tenantId, email: `${id}@example.com`, passwordHash: '-' };
    await database.client.user.create({ data });
    for (let count = 0; count < 4; count++)
      await database.transaction((tx) => notify(tx, id, { kind: 'followed', topic: `t${count}`, payload: {} }));
    await database.client.$executeRaw`
      UPDATE notifications SET created_at = now() - interval '91 days', read_at = CASE seq WHEN 1 THEN now() END
      WHERE user_id = ${id}::uuid AND seq <= 3`;
    await database.client.$executeRaw`UPDATE inboxes SET unread = 3 WHERE user_id = ${id}::uuid`;
  }
  expect(await forgetNotifications(database, 92)).toBe(0);
  expect(await forgetNotifications(database, 90)).toBe(9);
  const left = await database.client.notification.findMany({ orderBy: { userId: 'asc' } });
  expect(left.map(({ userId, seq }) => [userId, seq])).toEqual(users.map((id) => [id, 4]));
  const inboxes = await database.client.inbox.findMany();
  expect(inboxes.map(({ unread, lastSeq }) => [unread, lastSeq])).toEqual(users.map(() => [1, 4]));
});
