import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, createWriteStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../postgres/embedded.mjs';
import { API_FLAGS, WORKER_ENVIRONMENT, WORKER_FLAGS } from '../supervisor/node-flags.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const READY_WITHIN_MS = 60_000;
const STOP_PATIENCE_MS = 15_000;
const TIDY_WITHIN_MS = 10_000;
const SHOWN_LOG_CHARACTERS = 4_000;

/**
 * An API and a worker with a database and an object store of their own, which leave nothing behind.
 *
 * @param say told, in a line each, what is being done
 * @returns url of the API; workerPid(): of the worker now, another one after a crash; workerEnds: how often it has ended;
 *   tempFilesLeft(); stop()
 */
export async function startThrowawayStack(say) {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'media-inbox-corpus-'));
  chmodSync(directory, 0o711);
  const database = await startEmbeddedPostgres(
    {
      dataDirectory: path.join(directory, 'postgres'),
      logFile: path.join(directory, 'postgres.log'),
      superuserPassword: 'corpus',
      password: 'corpus',
      throwaway: true,
    },
    say,
  );
  const stack = new ThrowawayStack(directory, database, await freePort());
  try {
    await stack.start();
    return stack;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

class ThrowawayStack {
  workerEnds = 0;
  #directory;
  #database;
  #environment;
  #api;
  #worker;
  #stopping = false;
  #stopped;

  constructor(directory, database, port) {
    this.#directory = directory;
    this.#database = database;
    this.url = `http://127.0.0.1:${port}`;
    this.#environment = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'production',
      LOG_FORMAT: 'json',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: this.url,
      DATABASE_URL: database.url,
      DATA_DIR: path.join(directory, 'data'),
      WORKER_TEMP_DIR: this.#tempFolder,
      JWT_SECRET: randomBytes(32).toString('hex'),
      URL_SIGNING_SECRET: randomBytes(32).toString('hex'),
      RATE_LIMIT_PER_MINUTE: '1000000',
      UPLOAD_MAX_BYTES: String(1024 ** 4),
    };
  }

  async start() {
    await this.#run('dist/libs/database/migrate.js');
    this.#api = this.#spawn('api');
    this.#startWorker();
    await this.#untilReady();
  }

  workerPid = () => this.#worker.pid;

  /** What the worker has not removed some seconds after its last job. */
  async tempFilesLeft() {
    const files = () =>
      existsSync(this.#tempFolder)
        ? readdirSync(this.#tempFolder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
        : [];
    for (const deadline = Date.now() + TIDY_WITHIN_MS; Date.now() < deadline && files().length > 0;) await delay(100);
    return files().map(({ name }) => name);
  }

  stop() {
    this.#stopping = true;
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop() {
    await Promise.all([this.#api, this.#worker].map((child) => child && end(child)));
    await this.#database.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #tempFolder() {
    return path.join(this.#directory, 'tmp');
  }

  /** One that dies is replaced, as a supervisor would, and counted. */
  #startWorker() {
    this.#worker = this.#spawn('worker');
    this.#worker.once('exit', () => {
      if (this.#stopping) return;
      this.workerEnds += 1;
      this.#startWorker();
    });
  }

  #spawn(app) {
    const flags = app === 'worker' ? WORKER_FLAGS : API_FLAGS;
    const child = spawn(process.execPath, [...flags, `dist/apps/${app}/src/main.js`], {
      cwd: root,
      env: { ...this.#environment, ...(app === 'worker' ? WORKER_ENVIRONMENT : {}) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const log = createWriteStream(this.#logOf(app), { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    return child;
  }

  #logOf = (app) => path.join(this.#directory, `${app}.log`);

  async #run(script) {
    const child = spawn(process.execPath, [script], { cwd: root, env: this.#environment, stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${script} failed`);
  }

  async #untilReady() {
    for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline;) {
      if (this.#api.exitCode !== null) break;
      if ((await fetch(`${this.url}/health/ready`).catch(() => null))?.status === 200) return;
      await delay(100);
    }
    const logs = ['api', 'worker'].map((app) => readFileSync(this.#logOf(app), 'utf8').slice(-SHOWN_LOG_CHARACTERS));
    throw new Error(`The API and the worker did not start.\n${logs.join('\n')}`);
  }
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
  await exited;
  clearTimeout(patience);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
