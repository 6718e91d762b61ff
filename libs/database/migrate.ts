import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { readDatabaseUrl } from '#libs/config/database-url.js';
import { connectTimeoutMs } from './connect-timeout.js';
import { migrationsDirectory } from './migrations-directory.js';

/** The advisory lock of `prisma migrate deploy`: theirs and ours never run at once. */
const LOCK_KEY = 72_707_369;

/** Prisma's own table, to the letter, so that its CLI and this file agree on what has been done. */
const MIGRATIONS_TABLE = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

interface Migration {
  name: string;
  sql: string;
  /** SHA-256 of the file, hex. */
  checksum: string;
}

interface AppliedMigration {
  name: string;
  checksum: string;
  finished: boolean;
}

/** The database cannot be brought up to date; the message says why and what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Applies every migration of the folder that the database has not seen, in the order of their names, each in a
 * transaction of its own. Safe to call from many processes at once: one applies, the others wait and find nothing to do.
 *
 * Migrations that the database has and the folder has not are let pass: during a rolling update the older version
 * starts on the newer one's database.
 *
 * @returns the names of the migrations applied now
 * @throws MigrationError when a migration fails, has failed before, or was changed after it was applied
 */
export async function migrate(databaseUrl: string, directory = migrationsDirectory()): Promise<string[]> {
  const migrations = readMigrations(directory);
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'media-inbox-migrate',
    connectionTimeoutMillis: connectTimeoutMs(databaseUrl, 10_000),
  });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    await client.query(MIGRATIONS_TABLE);
    const pending = findPending(migrations, await readApplied(client));
    for (const migration of pending) await apply(client, migration);
    return pending.map((migration) => migration.name);
  } finally {
    // Ends the session, and with it the lock.
    await client.end();
  }
}

function readMigrations(directory: string): Migration[] {
  return readdirSync(directory)
    .sort()
    .map((name) => ({ name, file: path.join(directory, name, 'migration.sql') }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, file }) => {
      const sql = readFileSync(file, 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

async function readApplied(client: pg.Client): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(`
    SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
    FROM _prisma_migrations WHERE rolled_back_at IS NULL`);
  return rows;
}

function findPending(migrations: Migration[], applied: AppliedMigration[]): Migration[] {
  const failed = applied.find((migration) => !migration.finished);
  if (failed)
    throw new MigrationError(
      `The migration ${failed.name} failed half-way in an earlier run. Repair the database by hand, then say so with: ` +
        `node scripts/prisma.mjs migrate resolve --rolled-back ${failed.name} (or --applied)`,
    );
  const checksums = new Map(applied.map((migration) => [migration.name, migration.checksum]));
  return migrations.filter(({ name, checksum }) => {
    const recorded = checksums.get(name);
    if (recorded !== undefined && recorded !== checksum)
      throw new MigrationError(
        `The migration ${name} was changed after it was applied to this database. ` +
          'Undo the change and write a new migration instead; a database without data of value can be removed.',
      );
    return recorded === undefined;
  });
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
       VALUES ($1, $2, clock_timestamp(), $3, 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    // Nothing of it stays, and the record neither: mended, it can simply be run again.
    await client.query('ROLLBACK');
    throw new MigrationError(`The migration ${name} failed and was undone: ${describe(error, sql)}`, { cause: error });
  }
}

function describe(error: unknown, sql: string): string {
  if (!(error instanceof Error)) return String(error);
  const position = error instanceof pg.DatabaseError ? Number(error.position) : NaN;
  return Number.isNaN(position)
    ? error.message
    : `${error.message} (line ${sql.slice(0, position).split('\n').length})`;
}

async function main(): Promise<void> {
  const applied = await migrate(readDatabaseUrl());
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length === 0) console.log('The database is up to date.');
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
