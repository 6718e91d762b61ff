// Rewrites the first migration from prisma/schema.prisma and prisma/beyond-prisma.sql.
// For the time before the first release only: afterwards a change of the schema is a migration of its own
// (npm run db:migrate), because databases out there have recorded this one's checksum.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from './postgres/embedded.mjs';

const INIT = '20261121000000_init';

const root = fileURLToPath(new URL('..', import.meta.url));
const migrations = path.join(root, 'prisma', 'migrations');

const database = await startThrowawayDatabase();
try {
  const handWritten = readFileSync(path.join(root, 'prisma', 'beyond-prisma.sql'), 'utf8');
  mkdirSync(path.join(migrations, INIT), { recursive: true });
  writeFileSync(
    path.join(migrations, INIT, 'migration.sql'),
    `${generatedSql(database.url).trimEnd()}\n\n${handWritten}`,
  );
  writeFileSync(path.join(migrations, 'migration_lock.toml'), 'provider = "postgresql"\n');
} finally {
  await database.stop();
}
console.log(`prisma/migrations/${INIT}/migration.sql is up to date`);

/** The engine wants a database even to compare an empty one with a file. */
function startThrowawayDatabase() {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'media-inbox-init-'));
  chmodSync(directory, 0o711);
  return startEmbeddedPostgres({
    dataDirectory: path.join(directory, 'postgres'),
    logFile: path.join(directory, 'postgres.log'),
    superuserPassword: 'throwaway',
    password: 'throwaway',
    throwaway: true,
    removeAfterwards: [directory],
  });
}

function generatedSql(databaseUrl) {
  const command = ['migrate', 'diff', '--from-empty', '--to-schema', 'prisma/schema.prisma', '--script'];
  const { status, stdout } = spawnSync(process.execPath, ['scripts/prisma.mjs', ...command], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  if (status !== 0 || !stdout.includes('CREATE TABLE')) throw new Error('prisma migrate diff failed');
  // The schema is there in every database, and making it takes a right that the apps' role need not have.
  return stdout.replace(/^-- CreateSchema\nCREATE SCHEMA .*;\n\n/, '');
}
