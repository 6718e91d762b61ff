import { randomUUID } from 'node:crypto';
import { loadSettings } from '#libs/config/settings.js';
import type { Database } from '#libs/database/database.js';
import { createDatabase, type TestDatabase } from '../../../../../tests/support/database.js';
import { openDatabase } from '../../../../../tests/support/open-database.js';
import { plansOf } from '../../../../../tests/support/plans.js';
import { FindPerson } from './find-person.js';
import { peopleQuery } from './people.schema.js';
import { SearchPeople } from './search-people.js';

const PEOPLE = 20_000;
const onlooker = { userId: randomUUID(), tenantId: randomUUID() };

describe('the search for people', () => {
  let server: TestDatabase;
  let database: Database;
  let search: SearchPeople;

  beforeAll(async () => {
    server = await createDatabase();
    database = openDatabase(server.url);
    const secrets = { JWT_SECRET: 'j'.repeat(32), URL_SIGNING_SECRET: 'u'.repeat(32) };
    const settings = loadSettings({ DATABASE_URL: server.url, ...secrets });
    search = new SearchPeople(database, new FindPerson(database, settings), settings);
    const { client } = database;
    await client.$executeRaw`INSERT INTO tenants (id, name) VALUES (${onlooker.tenantId}::uuid, 'all')`;
    await client.$executeRaw`
      INSERT INTO users (id, tenant_id, email, username, password_hash)
      SELECT gen_random_uuid(), ${onlooker.tenantId}::uuid, 'p' || i || '@example.com', 'user-' || lpad(i::text, 6, '0'), ''
      FROM generate_series(1, ${PEOPLE}::int) AS i`;
    await client.$executeRaw`UPDATE profiles SET display_name = 'Änne ' || username FROM users WHERE id = user_id`;
    await client.$executeRaw`
      INSERT INTO blocks (blocker_id, blocked_id)
      SELECT user_id, lead(user_id) OVER (ORDER BY user_id) FROM profiles ORDER BY user_id LIMIT ${PEOPLE / 2}::int`;
    await client.$executeRaw`ANALYZE users, profiles, blocks`;
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  const ask = (query: object) => search.run(peopleQuery.parse(query), onlooker);

  it.each(['user-', 'user-0100', 'anne', 'ÄNNE user-0', 'nobody'])(
    'for %s is read by the indexes of both names, also further on',
    async (q) => {
      const cursor = (await ask({ q, limit: 5 })).nextCursor ?? undefined;
      const plans = await plansOf(database, 'people', async () => {
        await ask({ q });
        await ask({ q, cursor });
      });
      expect(plans).toHaveLength(2);
      for (const { nodes } of plans) {
        expect(nodes).toContain('Index Scan users_by_username');
        expect(nodes).toContain('Index Scan profiles_by_display_name');
        expect(nodes.filter((node) => node.startsWith('Seq Scan'))).toEqual([]);
      }
    },
  );

  it('goes through all of them page by page, each once and in order', async () => {
    const found: string[] = [];
    for (let cursor: string | undefined, page = 0; page === 0 || cursor; page++) {
      const { items, nextCursor } = await ask({ q: 'anne USER-0010', limit: 7, cursor });
      found.push(...items.map(({ username }) => username ?? ''));
      cursor = nextCursor ?? undefined;
    }
    expect(found).toEqual(Array.from({ length: 100 }, (_, index) => `user-0010${String(index).padStart(2, '0')}`));
  });
});
