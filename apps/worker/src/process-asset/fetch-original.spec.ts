import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { createDatabase, type TestDatabase } from '../../../../tests/support/database.js';
import { openDatabase } from '../../../../tests/support/open-database.js';
import { Rows } from '../../../../tests/support/rows.js';
import type { Database } from '#libs/database/database.js';
import { DiskObjectStore } from '#libs/storage/disk/disk-store.js';
import { ObjectNotFoundError, StoreUnavailableError } from '#libs/storage/object-store.js';
import { fetchOriginal, isCurrentOriginal } from './fetch-original.js';

let server: TestDatabase;
let database: Database;
let folder: string;
let store: DiskObjectStore;

beforeAll(async () => {
  server = await createDatabase();
  database = openDatabase(server.url);
  folder = await mkdtemp(join(tmpdir(), 'fetch-original-'));
  store = new DiskObjectStore({ root: join(folder, 'store'), publicUrl: 'http://localhost', secret: 's'.repeat(32) });
});
afterAll(async () => {
  await database.close();
  await server.drop();
  await rm(folder, { recursive: true });
});

const never = new AbortController().signal;

async function fetched(isMoved: boolean): Promise<string> {
  const asset = await new Rows(database).asset({ size: 3n });
  const bytes = Buffer.from('abc');
  if (isMoved) {
    const data = { objectKey: `${asset.objectKey}-${uuidv7()}` };
    await database.client.asset.update({ where: { id: asset.id }, data, select: { id: true } });
  }
  const file = join(folder, asset.id);
  const original = { objectKey: asset.objectKey, size: asset.size, declaredSha256: null };
  const fetching = () =>
    fetchOriginal(store, original, file, never, isCurrentOriginal(database, asset, asset.objectKey));
  const failure: unknown = await fetching().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(isMoved ? StoreUnavailableError : ObjectNotFoundError);
  await store.write(asset.objectKey, bytes, { contentType: 'image/jpeg', size: bytes.length });
  await fetching();
  return readFile(file, 'utf8');
}

it('an original that is not there is lost', async () => {
  expect(await fetched(false)).toBe('abc');
});

it('an original whose place others have taken is asked for again', async () => {
  expect(await fetched(true)).toBe('abc');
});
