import { Database } from '#libs/database/database.js';
import { createDatabase, type TestDatabase } from '../../../../tests/support/database.js';
import { freePort } from '../../../../tests/support/free-port.js';
import { openDatabase } from '../../../../tests/support/open-database.js';
import { FallbackStorage } from './fallback-storage.js';
import { PostgresStorage } from './postgres-storage.js';
import { RedisStorage } from './redis-storage.js';

/** What happens while Redis answers is tested against a real one, by npm run test:services. */
describe('rate limits while Redis is away', () => {
  let server: TestDatabase;
  let database: Database;
  let storage: FallbackStorage;
  let failures: unknown[];

  beforeAll(async () => {
    server = await createDatabase();
    database = openDatabase(server.url);
  });
  beforeEach(async () => {
    failures = [];
    const nobody = new RedisStorage(`redis://127.0.0.1:${await freePort()}`, () => undefined);
    storage = new FallbackStorage(nobody, new PostgresStorage(database), (error) => failures.push(error));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    storage.close();
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  const hit = (key: string) => storage.increment(key, 60_000, 2, 60_000, 'login');

  it('hold in PostgreSQL: neither is everything allowed nor everything refused', async () => {
    const blocked: boolean[] = [];
    for (let count = 0; count < 4; count++) blocked.push((await hit('sequence')).isBlocked);
    expect(blocked).toEqual([false, false, true, true]);
  });

  it('are complained about once, however many requests come', async () => {
    // For as long as that takes, it is the same moment.
    jest.spyOn(performance, 'now').mockReturnValue(performance.now());
    await Promise.all(Array.from({ length: 50 }, () => hit('together')));
    await hit('together');
    expect(failures).toHaveLength(1);
  });

  it('fail when PostgreSQL is away as well', async () => {
    const gone = new Database({
      url: `postgresql://nobody@127.0.0.1:${await freePort()}/none`,
      poolSize: 1,
      applicationName: 'test',
      onIdleError: () => undefined,
    });
    const nobody = new RedisStorage(`redis://127.0.0.1:${await freePort()}`, () => undefined);
    const neither = new FallbackStorage(nobody, new PostgresStorage(gone), () => undefined);
    await expect(neither.increment('key', 60_000, 2, 60_000, 'login')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    neither.close();
    await gone.close();
  });
});
