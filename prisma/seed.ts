import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import bcrypt from 'bcrypt';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { readDatabaseUrl } from '#libs/config/database-url.js';
import { readFirstAdmin, type FirstAdmin } from '#libs/config/first-admin.js';

const BCRYPT_COST = 12;
/** bcrypt reads no further. */
const PASSWORD_MAX_BYTES = 72;
const TENANT = 'Administration';
/** Advisory lock: two seeds at once make one admin. */
const LOCK_KEY = 0x5eed;

export interface SeededAdmin {
  email: string;
  /** To be shown once, here and now: only its hash is kept. Null when the admin was there already. */
  password: string | null;
}

interface Account {
  email: string;
  role: 'USER' | 'ADMIN';
}

/**
 * Makes the first admin, with a tenant of its own. An address that was chosen (ADMIN_EMAIL) becomes an admin also
 * when there is another one; the default address only when there is none.
 *
 * @param note told of a new admin before it is committed, so that a password made at random cannot be lost
 * @throws Error with one sentence when the address belongs to an ordinary account or the password cannot be used
 */
export async function seedAdmin(
  databaseUrl: string,
  admin: FirstAdmin,
  note: (made: SeededAdmin) => void = () => undefined,
): Promise<SeededAdmin> {
  const email = admin.email.toLowerCase();
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK_KEY]);
    const existing = await findAdmin(client, email, admin.emailIsChosen);
    if (existing) return { email: existing, password: null };
    const password = admin.password ?? randomBytes(18).toString('base64url');
    await insertAdmin(client, email, password);
    const made = { email, password };
    note(made);
    await client.query('COMMIT');
    return made;
  } finally {
    // An open transaction ends with its connection.
    await client.end();
  }
}

/** The address of the admin that makes another one unnecessary, if there is one. */
async function findAdmin(client: pg.Client, email: string, chosen: boolean): Promise<string | undefined> {
  const { rows } = await client.query<Account>(
    `SELECT email, role FROM users WHERE email = $1 OR role = 'ADMIN' ORDER BY email = $1 DESC, created_at LIMIT 1`,
    [email],
  );
  const found = rows[0];
  if (found?.email === email && found.role !== 'ADMIN')
    throw new Error(`ADMIN_EMAIL ${email} belongs to an ordinary account: choose another address for the admin.`);
  return chosen && found?.email !== email ? undefined : found?.email;
}

async function insertAdmin(client: pg.Client, email: string, password: string): Promise<void> {
  if (Buffer.byteLength(password.normalize('NFC')) > PASSWORD_MAX_BYTES)
    throw new Error(`ADMIN_PASSWORD is too long: at most ${PASSWORD_MAX_BYTES} bytes can be used.`);
  const tenantId = uuidv7();
  await client.query('INSERT INTO tenants (id, name) VALUES ($1, $2)', [tenantId, TENANT]);
  await client.query(
    `INSERT INTO users (id, tenant_id, email, password_hash, role, tenant_role) VALUES ($1, $2, $3, $4, 'ADMIN', 'OWNER')`,
    [
      uuidv7(),
      tenantId,
      email,
      // As at a login: the same letters, however the keyboard composed them.
      await bcrypt.hash(password.normalize('NFC'), BCRYPT_COST),
    ],
  );
}

async function main(): Promise<void> {
  const admin = readFirstAdmin();
  const { email, password } = await seedAdmin(readDatabaseUrl(), admin);
  if (password === null) console.log(`There is an admin: ${email}`);
  else console.log(`Admin: ${email}\nPassword: ${admin.password ? 'the one you chose' : password}`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
