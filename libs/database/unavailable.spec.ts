import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createDatabase, type TestDatabase } from '../../tests/support/database.js';
import { openDatabase } from '../../tests/support/open-database.js';
import type { Database, Transaction } from './database.js';
import { makePool } from './pool.js';
import { isConflict, isDatabaseUnavailable, isUnstorableText } from './unavailable.js';

let server: TestDatabase;
beforeAll(async () => {
  server = await createDatabase();
});
afterAll(() => server.drop());

async function sql(text: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query(text, values);
  await client.end();
}

const rejection = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a connection that is cut', () => {
  it('between two statements of whoever has taken it does no harm', async () => {
    const pool = makePool({ connectionString: server.url }, () => undefined);
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    await sql('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    expect(isDatabaseUnavailable(await rejection(client.query('SELECT 1')))).toBe(true);
    client.release(true);
    await pool.end();
  });
});

describe('a disk that is full', () => {
  let database: Database;

  beforeAll(async () => {
    await sql(`
      CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON queues EXECUTE FUNCTION full_disk()`);
    database = openDatabase(server.url);
  });
  afterAll(() => database.close());

  it.each<[string, () => Promise<unknown>]>([
    ['by a model', () => database.client.queue.create({ data: { name: 'a' } })],
    ['in a transaction', () => database.transaction((tx) => tx.queue.create({ data: { name: 'a' } }))],
    ['by SQL through Prisma', () => database.client.$executeRaw`INSERT INTO queues (name) VALUES ('a')`],
    ['by SQL', () => database.query('spec', `INSERT INTO queues (name) VALUES ('a')`, [])],
  ])('is known for what it is when it is met %s', async (_name, work) => {
    expect(isDatabaseUnavailable(await rejection(work()))).toBe(true);
  });

  it('is not seen in every error', async () => {
    const wrong = database.client.$queryRaw`SELECT 1 / 0`;
    expect(isDatabaseUnavailable(await rejection(wrong))).toBe(false);
  });
});

describe('two transactions that wait for each other', () => {
  let database: Database;
  beforeAll(() => {
    database = openDatabase(server.url);
  });
  afterAll(() => database.close());

  type Touch = (tx: Transaction, tenantId: string) => Promise<unknown>;
  const name = 'touched';

  it.each<[string, Touch]>([
    ['by models', (tx, id) => tx.tenant.update({ where: { id }, data: { name } })],
    ['by SQL', (tx, id) => tx.$executeRaw`UPDATE tenants SET name = ${name} WHERE id = ${id}::uuid`],
  ])('are known for what they are, %s, and one of them goes on', async (_name, touch) => {
    const tenants = [randomUUID(), randomUUID()] as const;
    for (const id of tenants) await database.client.tenant.create({ data: { id, name: 'a' } });
    let waiting = 0;
    let meet: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (meet = resolve));
    const touchBoth = ([one, other]: readonly [string, string]) =>
      database.transaction(async (tx) => {
        await touch(tx, one);
        if (++waiting === 2) meet();
        await both;
        await touch(tx, other);
      });
    const outcomes = await Promise.all([rejection(touchBoth(tenants)), rejection(touchBoth([tenants[1], tenants[0]]))]);
    const errors = outcomes.filter((outcome) => outcome !== undefined);
    expect(errors).toHaveLength(1);
    expect(isConflict(errors[0])).toBe(true);
    expect(isDatabaseUnavailable(errors[0])).toBe(false);
  });
});

describe('text that PostgreSQL does not take', () => {
  let database: Database;
  beforeAll(() => {
    database = openDatabase(server.url);
  });
  afterAll(() => database.close());

  it.each<[string, (text: string) => Promise<unknown>]>([
    ['by a model', (name) => database.client.queue.findFirst({ where: { name } })],
    ['in a transaction', (name) => database.transaction((tx) => tx.queue.findFirst({ where: { name } }))],
    ['by SQL through Prisma', (name) => database.client.$queryRaw`SELECT 1 FROM queues WHERE name = ${name}`],
    ['by SQL', (name) => database.query('spec-text', 'SELECT 1 FROM queues WHERE name = $1', [name])],
  ])('is known for what it is when it is met %s', async (_name, work) => {
    expect(isUnstorableText(await rejection(work('a\0b')))).toBe(true);
    expect(isUnstorableText(await rejection(work('a b')))).toBe(false);
  });
});
