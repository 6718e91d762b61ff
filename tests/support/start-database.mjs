import { chmodSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../scripts/postgres/embedded.mjs';

/**
 * One PostgreSQL server for the whole run, on a socket of its own. Its database "media_inbox" stays empty; database.ts
 * migrates a template in it, once, when the first test asks for a database.
 */
export default async function startDatabase() {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'media-inbox-test-'));
  chmodSync(directory, 0o711);
  const server = await startEmbeddedPostgres({
    dataDirectory: path.join(directory, 'postgres'),
    logFile: path.join(directory, 'postgres.log'),
    superuserPassword: 'test',
    password: 'test',
    throwaway: true,
    removeAfterwards: [directory],
  });
  globalThis.testDatabaseServer = server;
  // Tests are not about how long a connection takes on a busy machine.
  process.env.TEST_DATABASE_SERVER = `${server.url}&connect_timeout=60`;
}
