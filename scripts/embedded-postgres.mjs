// One embedded PostgreSQL server, in a process of its own. It is started detached, so that a Ctrl-C meant for the
// supervisor does not reach the database before the apps have let go of it; it ends with its parent, however that ends.
import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { postgresBinaries } from './postgres/binaries.mjs';
import { Cluster, tail } from './postgres/cluster.mjs';
import { postgresLauncher } from './postgres/os-user.mjs';

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

if (!process.send) {
  console.error('scripts/embedded-postgres.mjs is started by scripts/start.mjs and by the tests, not by hand.');
  process.exit(1);
}

process.once('message', (options) => void main(options));

/** @param options as Cluster takes them; logFile; removeAfterwards: folders that end with the server */
async function main(options) {
  const log = openLog(options.logFile);
  try {
    await serve(options, log);
  } catch (error) {
    tell({ type: 'failed', reason: error.message, log: tail(options.logFile) });
    process.exitCode = 1;
  } finally {
    closeSync(log);
    for (const directory of options.removeAfterwards) rmSync(directory, { recursive: true, force: true });
    if (process.connected) process.disconnect();
  }
}

async function serve(options, log) {
  const asked = untilAskedToStop();
  const say = (line) => tell({ type: 'say', line });
  const folders = [postgresBinaries().directory, options.dataDirectory, options.socketDirectory].map(path.dirname);
  const cluster = new Cluster(options, postgresLauncher(options.dataDirectory, folders, say), log);
  try {
    // Not cut short by a stop: it takes a second, and half a data folder would be of no use to the next start.
    if (!cluster.isInitialised) {
      say('creating the database folder');
      await cluster.initialise();
    }
    await cluster.start();
    tell({ type: 'ready' });
    const end = await Promise.race([asked, cluster.exited().then(() => 'died')]);
    if (end === 'died') throw new Error('PostgreSQL has ended by itself');
  } finally {
    await cluster.stop();
  }
}

function untilAskedToStop() {
  return new Promise((resolve) => {
    process.once('disconnect', () => resolve('asked'));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve('asked'));
  });
}

function tell(message) {
  if (process.connected) process.send(message);
}

function openLog(file) {
  if (statSync(file, { throwIfNoEntry: false })?.size > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}
