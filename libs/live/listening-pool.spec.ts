import type pg from 'pg';
import { createDatabase, type TestDatabase } from '../../tests/support/database.js';
import { makePool } from '#libs/database/pool.js';
import { ListeningPool } from './listening-pool.js';

let server: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  server = await createDatabase();
  const config = { connectionString: server.url, max: 2, connectionTimeoutMillis: 30_000 };
  pool = makePool(config, () => undefined, ListeningPool);
});
afterAll(async () => {
  await pool.end();
  await server.drop();
});

it('has room again for whoever lost a connection and never gave it back, however often', async () => {
  for (let lost = 0; lost < 5; lost++) {
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise((resolve) => client.once('end', resolve));
    await pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
  }
  expect(pool.totalCount).toBeLessThanOrEqual(1);
});

it('takes back a connection that is given back, once', async () => {
  const client = await pool.connect();
  client.removeAllListeners('end');
  client.release();
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});
