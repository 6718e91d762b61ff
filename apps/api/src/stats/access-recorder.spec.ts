import { v7 as uuidv7 } from 'uuid';
import { loadSettings } from '#libs/config/settings.js';
import type { Database } from '#libs/database/database.js';
import { createLogger } from '#libs/telemetry/logger.js';
import { createDatabase, type TestDatabase } from '../../../../tests/support/database.js';
import { openDatabase } from '../../../../tests/support/open-database.js';
import type { Access } from './access-buffer.js';
import { AccessRecorder } from './access-recorder.js';

let server: TestDatabase;
let database: Database;
let recorder: AccessRecorder;

beforeAll(async () => {
  server = await createDatabase();
  database = openDatabase(server.url);
  const settings = loadSettings({
    DATABASE_URL: server.url,
    JWT_SECRET: 'j'.repeat(32),
    URL_SIGNING_SECRET: 'u'.repeat(32),
  });
  recorder = new AccessRecorder(database, settings, createLogger('test', { LOG_LEVEL: 'silent', LOG_FORMAT: 'json' }));
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await database.close();
  await server.drop();
});

const view = (): Access => ({
  ...{ action: 'view', tenantId: uuidv7(), assetId: uuidv7(), userId: null, role: 'ANONYMOUS', language: null },
  ...{ device: 'other', hits: 1, bytes: 0, milliseconds: 0 },
});

/** What is written down of an asset, and taken away, as housekeeping does when it adds it to the log. */
const take = ({ assetId }: Access) =>
  database.query<{ hits: number }>('', 'DELETE FROM access_hits WHERE asset_id = $1 RETURNING hits::int', [assetId]);

const loseNext = (work: (transaction: Database['transaction']) => Database['transaction']) => {
  const real = database.transaction.bind(database);
  jest.spyOn(database, 'transaction').mockImplementationOnce(work(real));
};

it('writes down once what arrived without anybody being told, also when it has been added up since', async () => {
  const seen = view();
  recorder.record(seen);
  loseNext((real) => async (work) => {
    await real(work);
    throw new Error('Connection terminated unexpectedly');
  });
  await recorder.flush();
  expect(await take(seen)).toEqual([{ hits: 1 }]);
  recorder.record(seen);
  await recorder.flush();
  // What was seen since, and nothing of what was there before.
  expect(await take(seen)).toEqual([{ hits: 1 }]);
});

it('writes down what did not arrive when it is tried again', async () => {
  const seen = view();
  recorder.record(seen);
  loseNext(
    (real) => (work) =>
      real(async (tx) => {
        await work(tx);
        throw new Error('Connection terminated unexpectedly');
      }),
  );
  await recorder.flush();
  expect(await take(seen)).toEqual([]);
  await recorder.flush();
  expect(await take(seen)).toEqual([{ hits: 1 }]);
});

it('waits for what may still arrive', async () => {
  const seen = view();
  recorder.record(seen);
  let end = (): void => undefined;
  const held = new Promise<void>((resolve) => (end = resolve));
  let underWay: Promise<unknown> = Promise.resolve();
  await new Promise<void>((written) => {
    loseNext((real) => (work) => {
      underWay = real(async (tx) => {
        await work(tx);
        written();
        await held;
      });
      return Promise.reject(new Error('Connection terminated unexpectedly'));
    });
    void recorder.flush();
  });
  await recorder.flush();
  end();
  await underWay;
  await recorder.flush();
  expect(await take(seen)).toEqual([{ hits: 1 }]);
});
