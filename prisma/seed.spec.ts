import bcrypt from 'bcrypt';
import pg from 'pg';
import { createDatabase, type TestDatabase } from '../tests/support/database.js';
import { seedAdmin } from './seed.js';

interface UserRow {
  email: string;
  role: string;
  password_hash: string;
  tenant: string;
}

const byDefault = { email: 'admin@example.com', emailIsChosen: false };

let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await createDatabase();
  client = new pg.Client(database.url);
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

async function readUsers(): Promise<UserRow[]> {
  const { rows } = await client.query<UserRow>(`
    SELECT email, role, password_hash, tenants.name AS tenant
    FROM users JOIN tenants ON tenants.id = tenant_id ORDER BY users.created_at`);
  return rows;
}

test('makes an admin whose random password is told once', async () => {
  const { email, password } = await seedAdmin(database.url, byDefault);
  expect(email).toBe('admin@example.com');
  expect(password?.length).toBeGreaterThanOrEqual(20);
  const [admin, ...others] = await readUsers();
  expect(others).toEqual([]);
  expect(admin).toMatchObject({ email, role: 'ADMIN', tenant: 'Administration' });
  expect(await bcrypt.compare(password ?? '', admin?.password_hash ?? '')).toBe(true);
  expect(bcrypt.getRounds(admin?.password_hash ?? '')).toBe(12);
  expect(await seedAdmin(database.url, byDefault)).toEqual({ email, password: null });
});

test('makes one admin when several processes seed at once', async () => {
  const seeded = await Promise.all(Array.from({ length: 4 }, () => seedAdmin(database.url, byDefault)));
  expect(seeded.filter(({ password }) => password !== null)).toHaveLength(1);
  expect(await readUsers()).toHaveLength(1);
});

test('takes the password and the address that were chosen, in lower case', async () => {
  await seedAdmin(database.url, { email: 'Root@Example.org', emailIsChosen: true, password: 'chosen by hand' });
  const [admin] = await readUsers();
  expect(admin?.email).toBe('root@example.org');
  expect(await bcrypt.compare('chosen by hand', admin?.password_hash ?? '')).toBe(true);
});

test('adds the default admin only when there is none, a chosen one always', async () => {
  await seedAdmin(database.url, { email: 'first@example.org', emailIsChosen: true });
  expect(await seedAdmin(database.url, byDefault)).toEqual({ email: 'first@example.org', password: null });
  const second = await seedAdmin(database.url, { email: 'second@example.org', emailIsChosen: true });
  expect(second.password).not.toBeNull();
  expect((await readUsers()).map(({ email }) => email)).toEqual(['first@example.org', 'second@example.org']);
});

test('does not make an ordinary account an admin', async () => {
  await seedAdmin(database.url, { email: 'someone@example.org', emailIsChosen: true });
  await client.query(`UPDATE users SET role = 'USER'`);
  const seeding = seedAdmin(database.url, { email: 'someone@example.org', emailIsChosen: true });
  await expect(seeding).rejects.toThrow(/belongs to an ordinary account/);
});

test('refuses a password of which bcrypt would ignore the end', async () => {
  const seeding = seedAdmin(database.url, { ...byDefault, password: 'é'.repeat(37) });
  await expect(seeding).rejects.toThrow(/at most 72 bytes/);
  expect(await readUsers()).toEqual([]);
});

test('tells a new password before the account is there, so that it cannot be lost', async () => {
  const refuse = () => {
    throw new Error('no room for a note');
  };
  await expect(seedAdmin(database.url, byDefault, refuse)).rejects.toThrow('no room for a note');
  expect(await readUsers()).toEqual([]);
});
