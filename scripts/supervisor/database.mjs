import path from 'node:path';
import { chooseSocketDirectory, startEmbeddedPostgres } from '../postgres/embedded.mjs';
import { makeFirstAdmin } from './first-admin.mjs';
import { KeptProcess } from './kept-process.mjs';
import { Refusal } from './refusal.mjs';
import { say } from './say.mjs';

// A fast shutdown, and what PostgreSQL needs for an immediate one after it.
const STOP_MS = 5_000;

/**
 * The database: DATABASE_URL, or an embedded PostgreSQL in DATA_DIR/postgres.
 *
 * @returns url; prepare(): migrates and makes the first admin, see makeFirstAdmin(); keep(): from now on, start it again when it dies
 */
export async function openDatabase({ directory, secrets, teardown, runtime }) {
  const given = process.env.DATABASE_URL;
  const database = given ? { url: given, keep: () => {} } : await embed({ directory, secrets, teardown, runtime });
  return { ...database, prepare: () => prepare(database.url, directory) };
}

async function embed({ directory, secrets, teardown, runtime }) {
  say('starting PostgreSQL');
  const dataDirectory = path.join(directory, 'postgres');
  const options = {
    dataDirectory,
    socketDirectory: chooseSocketDirectory(dataDirectory),
    logFile: path.join(directory, 'postgres.log'),
    superuserPassword: secrets.databaseSuperuserPassword,
    password: secrets.databasePassword,
  };
  let url;
  const start = async () => {
    const server = await startEmbeddedPostgres(options, say, ({ pid }) => runtime.setProcess('postgres', pid));
    url = server.url;
    return server.child;
  };
  const postgres = new KeptProcess('PostgreSQL', start);
  teardown.add(() => postgres.stop(STOP_MS));
  await postgres.start().catch((error) => {
    throw new Refusal(error.message);
  });
  runtime.setDatabaseUrl(url);
  return { url, keep: () => postgres.keep() };
}

async function prepare(url, directory) {
  const { migrate } = await import('../../dist/libs/database/migrate.js');
  try {
    const applied = await migrate(url);
    if (applied.length > 0) say(`migrated the database: ${applied.join(', ')}`);
    return await makeFirstAdmin(url, directory);
  } catch (error) {
    throw new Refusal(describe(error, url));
  }
}

function describe(error, url) {
  const { hostname, port } = new URL(url);
  if (['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOENT'].includes(error.code))
    return `The database at ${hostname}:${port || 5432} cannot be reached (${error.code}): start it, correct DATABASE_URL, or unset it for the embedded one.`;
  return error.message;
}
