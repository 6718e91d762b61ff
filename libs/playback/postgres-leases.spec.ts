import { randomUUID } from 'node:crypto';
import type { Database } from '#libs/database/database.js';
import {
  describeLeaseStore,
  HASTY_SECONDS,
  leaseRequest,
  PATIENT_SECONDS,
} from '../../tests/contract/lease-store.contract.js';
import { createDatabase, type TestDatabase } from '../../tests/support/database.js';
import { until } from '../../tests/support/until.js';
import { openDatabase } from '../../tests/support/open-database.js';
import { PostgresLeases } from './postgres-leases.js';

const BEATS = 20;
const COUNT_UPDATES = `
  SELECT n_tup_upd::int AS updates, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = 'playbacks'`;

describe('leases in PostgreSQL', () => {
  let server: TestDatabase;
  let databases: [Database, Database];
  let stores: [PostgresLeases, PostgresLeases];

  const makeStores = (silenceSeconds: number): [PostgresLeases, PostgresLeases] => [
    new PostgresLeases(databases[0], silenceSeconds),
    new PostgresLeases(databases[1], silenceSeconds),
  ];

  beforeAll(async () => {
    server = await createDatabase();
    const connect = () => openDatabase(server.url, 10);
    databases = [connect(), connect()];
    stores = makeStores(PATIENT_SECONDS);
  });
  afterAll(async () => {
    for (const database of databases) await database.close();
    await server.drop();
  });

  const hasty = (): [PostgresLeases, PostgresLeases] => makeStores(HASTY_SECONDS);
  describeLeaseStore(() => stores, hasty);

  it('sweeps what has been over for a while, and nothing else', async () => {
    // What other tests have left may have been over for long by now.
    await databases[0].query('', 'DELETE FROM playbacks', []);
    const [dead, alive] = [leaseRequest(randomUUID()), leaseRequest(randomUUID())];
    for (const request of [dead, alive]) await stores[0].take(request, 3);
    const aged = `UPDATE playbacks SET expires_at = now() - interval '2 minutes' WHERE id = $1`;
    await databases[0].query('', aged, [dead.id]);
    expect(await stores[1].sweep()).toBe(1);
    const left = await databases[0].query<{ id: string }>('', 'SELECT id FROM playbacks', []);
    expect(left.map(({ id }) => id)).toContain(alive.id);
    expect(left.map(({ id }) => id)).not.toContain(dead.id);
  });

  it('rewrites a row within its page when a player is heard of: no index is touched', async () => {
    // In a database of its own, where it has room in its page whatever others have left there.
    const own = await createDatabase();
    const database = openDatabase(own.url);
    const store = new PostgresLeases(database, PATIENT_SECONDS);
    const request = leaseRequest(randomUUID());
    await store.take(request, 3);
    for (let count = 0; count < BEATS; count++) await store.beat(request.userId, request.id);
    const counted = await until(
      async () => {
        const [found] = await database.query<{ updates: number; hot: number }>('', COUNT_UPDATES, []);
        return found ?? { updates: 0, hot: 0 };
      },
      ({ updates }) => updates >= BEATS,
    );
    expect(counted.hot).toBe(counted.updates);
    await database.close();
    await own.drop();
  });
});
