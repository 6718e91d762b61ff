import { v7 as uuidv7 } from 'uuid';
import { createDatabase, type TestDatabase } from '../../../../tests/support/database.js';
import { openDatabase } from '../../../../tests/support/open-database.js';
import type { Database } from '#libs/database/database.js';
import { rollUpAccesses } from './roll-up-accesses.js';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await createDatabase();
  database = openDatabase(server.url);
});
afterAll(async () => {
  await database.close();
  await server.drop();
});

const [tenantId, assetId] = [uuidv7(), uuidv7()];

/** A view; of an asset that is gone there is no name. */
const seen = (filename: string | null) =>
  database.client.accessHit.create({
    data: {
      ...{
        id: uuidv7(),
        day: new Date('2026-01-01'),
        tenantId,
        assetId,
        action: 'view',
        role: 'OWNER',
        device: 'other',
      },
      ...{ hits: 1n, bytes: 2n, milliseconds: 3n, filename, labels: filename === null ? {} : { provider: filename } },
    },
  });

const log = () =>
  database.client.accessLog.findMany({
    select: { hits: true, bytes: true, milliseconds: true, filename: true, labels: true },
  });

it('adds up what is alike, and keeps what an asset was called last', async () => {
  for (const filename of ['old.jpg', 'new.jpg', null]) await seen(filename);
  expect(await rollUpAccesses(database)).toBe(3);
  const named = { filename: 'new.jpg', labels: { provider: 'new.jpg' } };
  expect(await log()).toEqual([{ hits: 3n, bytes: 6n, milliseconds: 9n, ...named }]);
  await seen(null);
  expect(await rollUpAccesses(database)).toBe(1);
  expect(await log()).toEqual([{ hits: 4n, bytes: 8n, milliseconds: 12n, ...named }]);
  expect(await rollUpAccesses(database)).toBe(0);
});
