import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync, cpSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { migrate } from '#libs/database/migrate.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';

const root = path.resolve(import.meta.dirname, '../..');

let database: TestDatabase;

beforeEach(async () => {
  database = await createEmptyDatabase();
});

afterEach(() => database.drop());

/** Through proxies where nobody listens: what wants to download something fails. */
function prisma(args: string[], cwd = root, databaseUrl = database.url): { status: number | null; output: string } {
  const nowhere = 'http://127.0.0.1:9';
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/prisma.mjs', ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl, HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere },
  });
  return { status, output: stdout + stderr };
}

const SAME = ['migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma/schema.prisma', '--exit-code'];

test('the migrations make the database that the schema describes', async () => {
  await migrate(database.url);
  expect(prisma(SAME)).toMatchObject({ status: 0, output: expect.stringContaining('No difference detected') });
});

test('a difference would be found', async () => {
  await migrate(database.url);
  const client = new pg.Client(database.url);
  await client.connect();
  await client.query('ALTER TABLE assets DROP COLUMN thumbhash');
  await client.end();
  expect(prisma(SAME)).toMatchObject({ status: 2, output: expect.stringContaining('thumbhash') });
});

test('Prisma agrees that our migrator has applied everything', async () => {
  await migrate(database.url);
  expect(prisma(['migrate', 'status'])).toMatchObject({
    status: 0,
    output: expect.stringContaining('Database schema is up to date'),
  });
  expect(prisma(['migrate', 'deploy'])).toMatchObject({
    status: 0,
    output: expect.stringContaining('No pending migrations to apply'),
  });
});

test('our migrator agrees that Prisma has applied everything', async () => {
  expect(prisma(['migrate', 'deploy'])).toMatchObject({ status: 0 });
  expect(await migrate(database.url)).toEqual([]);
});

describe('in a project of its own', () => {
  let project: string;

  beforeEach(() => {
    // Below the root, so that packages are found.
    const cache = path.join(root, 'node_modules', '.cache', 'media-inbox');
    mkdirSync(cache, { recursive: true });
    project = mkdtempSync(path.join(cache, 'prisma-'));
    for (const name of ['prisma', 'scripts', 'prisma.config.ts', 'package.json'])
      cpSync(path.join(root, name), path.join(project, name), { recursive: true });
    symlinkSync(path.join(root, 'node_modules'), path.join(project, 'node_modules'));
  });

  afterEach(() => rmSync(project, { recursive: true }));

  test('migrate dev writes a migration for a change of the schema, checked in a shadow database', async () => {
    await migrate(database.url);
    const schema = path.join(project, 'prisma', 'schema.prisma');
    writeFileSync(schema, '\nmodel Note {\n  id Int @id\n  text String\n\n  @@map("notes")\n}\n', { flag: 'a' });
    expect(prisma(['migrate', 'dev', '--name', 'notes'], project)).toMatchObject({ status: 0 });
    const migrations = path.join(project, 'prisma', 'migrations');
    expect(readdirSync(migrations).filter((name) => name.endsWith('_notes'))).toHaveLength(1);
    expect(await migrate(database.url, migrations)).toEqual([]);
    const client = new pg.Client(database.url);
    await client.connect();
    const { rows } = await client.query(`SELECT to_regclass('notes') AS notes`);
    const shadows = await client.query(`SELECT FROM pg_database WHERE datname LIKE 'prisma_migrate_shadow%'`);
    await client.end();
    expect(rows).toEqual([{ notes: 'notes' }]);
    expect(shadows.rowCount).toBe(0);
  });

  test('generate makes the client', () => {
    expect(prisma(['generate'], project)).toMatchObject({ status: 0 });
    expect(readdirSync(path.join(project, 'libs', 'database', 'generated'))).toContain('client.ts');
  });
});

test('a database that is not there is said to be just that', () => {
  const missing = new URL(database.url);
  missing.pathname = '/missing';
  expect(prisma(['migrate', 'status'], root, missing.href)).toMatchObject({
    status: 1,
    output: expect.stringContaining('P1003: database "missing" does not exist'),
  });
});
