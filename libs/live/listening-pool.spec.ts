import type pg from 'pg';
import { createDatabase, type TestDatabase } from '../../tests/support/database.js';
import { makePool } from '#libs/database/pool.js';
import { ListeningPool } from './listening-pool.js';

let server: TestDatabase;
let pool: pg.Pool;

const open = (): pg.Pool =>
  makePool({ connectionString: server.url, max: 2, connectionTimeoutMillis: 30_000 }, () => undefined, ListeningPool);

beforeAll(async () => {
  server = await createDatabase();
  pool = open();
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

it('has one connection that listens, however many are asked for, and whoever has an older one asks for no other', async () => {
  let asksForAnother = 0;
  const listen = async (): Promise<pg.PoolClient> => {
    const client = await pool.connect();
    return client.once('end', () => asksForAnother++);
  };
  const clients = [...(await Promise.all([listen(), listen()])), await listen()];
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  for (const client of clients) client.release();
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  expect(asksForAnother).toBe(0);
});

it('ends although somebody listens', async () => {
  const other = open();
  await other.connect();
  await other.end();
  expect(other.totalCount).toBe(0);
});
