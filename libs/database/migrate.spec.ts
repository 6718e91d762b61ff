import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { createEmptyDatabase, type TestDatabase } from '../../tests/support/database.js';
import { migrate, MigrationError } from './migrate.js';

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await createEmptyDatabase();
  directory = mkdtempSync(path.join(os.tmpdir(), 'migrations-'));
});

afterEach(async () => {
  await database.drop();
  rmSync(directory, { recursive: true });
});

function writeMigration(name: string, sql: string): void {
  mkdirSync(path.join(directory, name), { recursive: true });
  writeFileSync(path.join(directory, name, 'migration.sql'), sql);
}

async function select<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client(database.url);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('applies what is new, in the order of the names, and nothing twice', async () => {
  writeMigration('2_second', 'INSERT INTO things VALUES (2);');
  writeMigration('1_first', 'CREATE TABLE things (id int); INSERT INTO things VALUES (1);');
  writeFileSync(path.join(directory, 'migration_lock.toml'), '');
  expect(await migrate(database.url, directory)).toEqual(['1_first', '2_second']);
  expect(await migrate(database.url, directory)).toEqual([]);
  writeMigration('3_third', 'INSERT INTO things VALUES (3);');
  expect(await migrate(database.url, directory)).toEqual(['3_third']);
  expect(await select('SELECT id FROM things ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
});

test('started by many processes at once, applies each migration once', async () => {
  writeMigration('1_first', 'CREATE TABLE things (id int); SELECT pg_sleep(0.1);');
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(database.url, directory)));
  expect(applied.flat()).toEqual(['1_first']);
});

test('undoes a migration that fails, says where, and applies it once it is mended', async () => {
  writeMigration('1_first', 'CREATE TABLE things (id int);\nCREATE TABLE others (id int);\nSELECT no_such_column;');
  const failing = migrate(database.url, directory);
  await expect(failing).rejects.toThrow(MigrationError);
  await expect(failing).rejects.toThrow(/1_first failed and was undone: column "no_such_column" .*\(line 3\)/);
  expect(await select(`SELECT to_regclass('things') AS things`)).toEqual([{ things: null }]);
  writeMigration('1_first', 'CREATE TABLE things (id int);');
  expect(await migrate(database.url, directory)).toEqual(['1_first']);
});

test('refuses a migration that was changed after it was applied', async () => {
  writeMigration('1_first', 'CREATE TABLE things (id int);');
  await migrate(database.url, directory);
  writeMigration('1_first', 'CREATE TABLE things (id bigint);');
  await expect(migrate(database.url, directory)).rejects.toThrow(/1_first was changed after it was applied/);
});

test('refuses to go on after a migration that Prisma recorded as begun and never finished', async () => {
  writeMigration('1_first', 'CREATE TABLE things (id int);');
  await migrate(database.url, directory);
  await select('UPDATE _prisma_migrations SET finished_at = NULL');
  await expect(migrate(database.url, directory)).rejects.toThrow(/1_first failed half-way/);
});

test('lets migrations of a newer version pass', async () => {
  writeMigration('1_first', 'CREATE TABLE things (id int);');
  writeMigration('2_newer', 'CREATE TABLE others (id int);');
  await migrate(database.url, directory);
  rmSync(path.join(directory, '2_newer'), { recursive: true });
  expect(await migrate(database.url, directory)).toEqual([]);
});

test('finds the project own migrations', async () => {
  expect(await migrate(database.url)).toContain('20261121000000_init');
});
