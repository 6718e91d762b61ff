import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import path from 'node:path';
import pg from 'pg';
import { POSTGRES_MAJOR, postgresBinaries } from './binaries.mjs';
import { COMPLETE_MARKER } from './data-directory.mjs';

export const DATABASE = 'media_inbox';
const SUPERUSER = 'postgres';

const READY_TIMEOUT_MS = 60_000;
// The apps may have had eight seconds of the ten that a stop takes; what is not flushed by then is in the log.
const STOP_TIMEOUT_MS = 1_500;

// Locale and collation of PostgreSQL's own making: the same on every machine, whatever its C library has.
const INITDB_OPTIONS = [
  `--username=${SUPERUSER}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
];

const SERVER_SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '200',
  log_checkpoints: 'off',
};

// For data that nobody will miss: tests. A worker of autovacuum in a database keeps an owner who is no superuser from
// dropping it.
const THROWAWAY_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };

/** Only what the programs need: nothing of ours, such as secrets, and no PG* variable that would change them. */
const environment = { PATH: process.env.PATH, TZ: process.env.TZ, LC_ALL: 'C' };

/**
 * One PostgreSQL data folder and the server on it, reached by a socket in socketDirectory.
 *
 * @param options dataDirectory, socketDirectory (absolute), superuserPassword, password (of the database's owner),
 *   throwaway (true: speed before durability)
 * @param launcher from postgresLauncher()
 * @param log file descriptor that takes the programs' output
 */
export class Cluster {
  #server = null;

  constructor(options, launcher, log) {
    this.options = options;
    this.launcher = launcher;
    this.log = log;
    this.binaries = postgresBinaries();
  }

  get isInitialised() {
    return existsSync(path.join(this.options.dataDirectory, COMPLETE_MARKER));
  }

  /** Makes the data folder. What a failure leaves behind is removed again. */
  async initialise() {
    const { dataDirectory, superuserPassword, throwaway } = this.options;
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
    this.#own(dataDirectory);
    const passwordFile = `${dataDirectory}.password`;
    writeFileSync(passwordFile, superuserPassword, { mode: 0o600 });
    this.#own(passwordFile);
    const durability = throwaway ? ['--no-sync'] : [];
    try {
      const args = [`--pgdata=${dataDirectory}`, `--pwfile=${passwordFile}`, ...INITDB_OPTIONS, ...durability];
      await this.#run(this.binaries.initdb, args, 'initdb');
    } catch (error) {
      rmSync(dataDirectory, { recursive: true, force: true });
      throw error;
    } finally {
      rmSync(passwordFile, { force: true });
    }
  }

  /** Starts the server and waits until it answers. */
  async start() {
    await this.#stopLeftover();
    const { dataDirectory, socketDirectory, throwaway } = this.options;
    this.#own(socketDirectory);
    const settings = {
      ...SERVER_SETTINGS,
      unix_socket_directories: socketDirectory,
      ...(throwaway && THROWAWAY_SETTINGS),
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.#server = this.#spawn(this.binaries.postgres, ['-D', dataDirectory, ...flags]);
    await Promise.race([this.#untilReady(), this.#untilGone()]);
    if (!this.isInitialised) await this.#createDatabase();
  }

  /** Resolves when the server ends, however that comes. */
  async exited() {
    if (this.#server && this.#server.exitCode === null && this.#server.signalCode === null)
      await once(this.#server, 'exit');
  }

  /** A fast shutdown (SIGINT: clients are disconnected, data is flushed); an immediate one when that takes too long. */
  async stop() {
    const server = this.#server;
    if (!server) return;
    server.kill('SIGINT');
    const patience = setTimeout(() => server.kill('SIGQUIT'), STOP_TIMEOUT_MS);
    await this.exited();
    clearTimeout(patience);
  }

  /** A server that outlived a helper killed with SIGKILL still holds the folder. */
  async #stopLeftover() {
    const { dataDirectory } = this.options;
    if (!existsSync(path.join(dataDirectory, 'postmaster.pid'))) return;
    const status = this.#spawn(this.binaries.pgCtl, ['status', '-D', dataDirectory]);
    const [code] = await once(status, 'exit');
    if (code === 0)
      await this.#run(this.binaries.pgCtl, ['stop', '-D', dataDirectory, '-m', 'fast', '-w'], 'pg_ctl stop');
  }

  async #untilReady() {
    for (const deadline = Date.now() + READY_TIMEOUT_MS; Date.now() < deadline; await delay(25)) {
      const client = this.#superuser();
      try {
        await client.connect();
        return;
      } catch (error) {
        const starting = ['ENOENT', 'ECONNREFUSED', '57P03'].includes(error.code);
        if (!starting) throw error;
      } finally {
        await client.end();
      }
    }
    throw new Error(`PostgreSQL was not ready after ${READY_TIMEOUT_MS / 1000} s`);
  }

  async #untilGone() {
    await this.exited();
    throw new Error('PostgreSQL did not start');
  }

  /** The apps' role owns its database and may create others (prisma migrate dev needs a second one), no more. */
  async #createDatabase() {
    const client = this.#superuser();
    await client.connect();
    try {
      await client.query(
        `CREATE ROLE ${DATABASE} LOGIN CREATEDB PASSWORD ${client.escapeLiteral(this.options.password)}`,
      );
      await client.query(`CREATE DATABASE ${DATABASE} OWNER ${DATABASE}`);
    } finally {
      await client.end();
    }
    const marker = path.join(this.options.dataDirectory, COMPLETE_MARKER);
    writeFileSync(marker, `${POSTGRES_MAJOR}\n`);
    this.#own(marker);
  }

  #superuser() {
    const { socketDirectory, superuserPassword } = this.options;
    return new pg.Client({ host: socketDirectory, user: SUPERUSER, password: superuserPassword, database: 'postgres' });
  }

  #own(file) {
    const { owner } = this.launcher;
    if (owner) chownSync(file, owner.uid, owner.gid);
  }

  #spawn(binary, args) {
    return this.launcher.run(binary, args, { cwd: '/', env: environment, stdio: ['ignore', this.log, this.log] });
  }

  async #run(binary, args, name) {
    const child = this.#spawn(binary, args);
    const [code, signal] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${name} failed (${signal ?? `exit ${code}`})`);
  }
}

/** The apps' address of a database behind a socket. */
export function socketUrl(socketDirectory, password, database = DATABASE) {
  return `postgresql://${DATABASE}:${encodeURIComponent(password)}@localhost/${database}?host=${encodeURIComponent(socketDirectory)}`;
}

/** The last lines of a log, for an error's sake. */
export function tail(file, lines = 5) {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
