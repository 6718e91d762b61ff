import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { socketUrl } from './cluster.mjs';

const helper = fileURLToPath(new URL('../embedded-postgres.mjs', import.meta.url));

// sun_path of a Unix socket address, without its closing zero (unix(7); macOS has the lesser one).
const SOCKET_PATH_LIMIT = os.platform() === 'linux' ? 107 : 103;
const SOCKET_NAME = '/.s.PGSQL.5432';

/**
 * Starts an embedded PostgreSQL in its helper process and waits until it takes connections.
 *
 * @param options dataDirectory (absolute), logFile, superuserPassword, password; socketDirectory: as chosen before, for a
 *   second start at the same address; throwaway: true for data that may be lost in a crash; removeAfterwards: folders to
 *   remove when the server has stopped
 * @param say told, in a line each, what is being done
 * @param spawned given the helper as soon as there is one, ready or not
 * @returns url of our database for the role that owns it; child: the helper; stop(): resolves when all has ended
 * @throws an Error with the reason when the server did not start
 */
export async function startEmbeddedPostgres(options, say = () => {}, spawned = () => {}) {
  const { dataDirectory, removeAfterwards = [] } = options;
  const socketDirectory = options.socketDirectory ?? chooseSocketDirectory(dataDirectory);
  mkdirSync(socketDirectory, { recursive: true, mode: 0o700 });
  const temporary = socketDirectory === dataDirectory ? [] : [socketDirectory];
  const child = fork(helper, { detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  spawned(child);
  child.send({ ...options, socketDirectory, removeAfterwards: [...removeAfterwards, ...temporary] });
  await untilReady(child, say);
  return { child, url: socketUrl(socketDirectory, options.password), stop: () => stop(child) };
}

/** The data folder itself, or one of its own elsewhere when the address of a socket in there would be too long. */
export function chooseSocketDirectory(dataDirectory) {
  if (Buffer.byteLength(dataDirectory + SOCKET_NAME) <= SOCKET_PATH_LIMIT) return dataDirectory;
  return path.join(os.tmpdir(), `media-inbox-${randomUUID()}`);
}

function untilReady(child, say) {
  return new Promise((resolve, reject) => {
    const failed = (message) => reject(new Error(message));
    child.once('error', reject);
    child.once('exit', () => failed('PostgreSQL did not start: its process ended at once'));
    child.on('message', (message) => {
      if (message.type === 'say') say(message.line);
      if (message.type === 'failed') failed([message.reason, message.log].filter(Boolean).join('\n'));
      if (message.type === 'ready') resolve();
    });
  });
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
