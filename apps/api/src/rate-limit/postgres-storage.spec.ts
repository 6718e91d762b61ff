import type { Database } from '#libs/database/database.js';
import { describeRateLimitStorage } from '../../../../tests/contract/rate-limit-storage.contract.js';
import { createDatabase, type TestDatabase } from '../../../../tests/support/database.js';
import { openDatabase } from '../../../../tests/support/open-database.js';
import { PostgresStorage } from './postgres-storage.js';

describe('rate limits counted in PostgreSQL', () => {
  let server: TestDatabase;
  let databases: [Database, Database];

  const connect = (): Database => openDatabase(server.url);

  beforeAll(async () => {
    server = await createDatabase();
    databases = [connect(), connect()];
  });
  afterAll(async () => {
    for (const database of databases) await database.close();
    await server.drop();
  });

  describeRateLimitStorage(() => [new PostgresStorage(databases[0]), new PostgresStorage(databases[1])]);

  it('writes nothing ahead: a crash may forget counters', async () => {
    const [table] = await databases[0].query<{ kind: string }>(
      'kind',
      `SELECT relpersistence AS kind FROM pg_class WHERE oid = 'throttle_hits'::regclass`,
      [],
    );
    expect(table?.kind).toBe('u');
  });
});
