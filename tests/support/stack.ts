import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { loadSettings } from '#libs/config/settings.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { makeObjectStore } from '#libs/storage/storage.module.js';
import { seedAdmin } from '../../prisma/seed.js';
import { signIn, type Account } from './account.js';
import { createDatabase, type TestDatabase } from './database.js';
import { freePort } from './free-port.js';
import { StackProcess } from './stack-process.js';

const READY_WITHIN_MS = 200_000;
const LOG_LINES_SHOWN = 40;
const ADMIN = { email: 'admin@example.com', emailIsChosen: true, password: 'the admin of the tests' };

export interface StackOptions {
  /** Number of API processes. */
  api?: number;
  /** Number of worker processes. */
  workers?: number;
  /** Settings that differ from those of a test. */
  env?: Record<string, string>;
}

/**
 * Starts the compiled apps as processes of their own, on free ports, with a fresh database and data folder, and waits
 * until they are ready. It does not see the settings of the shell it is started from.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const stack = new Stack(await createDatabase(), options.env ?? {});
  try {
    for (let count = options.workers ?? 1; count > 0; count--) stack.startWorker();
    for (let count = options.api ?? 1; count > 0; count--) await stack.startApi();
    await stack.untilReady();
    return stack;
  } catch (error) {
    await stack.stop();
    throw new Error(`The stack did not start.\n${stack.log()}`, { cause: error });
  }
}

export class Stack {
  readonly apis: StackProcess[] = [];
  readonly workers: StackProcess[] = [];
  readonly urls: string[] = [];
  /** What the processes share: DATA_DIR, WORKER_TEMP_DIR. */
  readonly directory = mkdtempSync(path.join(os.tmpdir(), 'media-inbox-stack-'));
  private signedIn: Promise<Account> | undefined;

  constructor(
    private readonly database: TestDatabase,
    private readonly env: Record<string, string>,
  ) {}

  /** Of the first API. */
  get url(): string {
    const [url] = this.urls;
    if (url === undefined) throw new Error('this stack has no API');
    return url;
  }

  get databaseUrl(): string {
    return this.database.url;
  }

  /** @param env settings of this process alone; PORT to come back where another one has been */
  async startApi(env: Record<string, string> = {}): Promise<StackProcess> {
    const port = env.PORT ?? String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    const api = new StackProcess('api', this.environment({ PORT: port, PUBLIC_URL: url, ...env }));
    this.apis.push(api);
    this.urls.push(url);
    return api;
  }

  /** @param env settings of this process alone */
  startWorker(env: Record<string, string> = {}): StackProcess {
    const worker = new StackProcess('worker', this.environment(env));
    this.workers.push(worker);
    return worker;
  }

  /** Resolves when every API says that all it needs is there. */
  async untilReady(): Promise<void> {
    await Promise.all(this.urls.map((url, index) => untilReady(url, this.apis[index])));
  }

  /** The administrator, signed in; made when first asked for. */
  admin(): Promise<Account> {
    this.signedIn ??= seedAdmin(this.databaseUrl, ADMIN).then(() => signIn(this.url, ADMIN.email, ADMIN.password));
    return this.signedIn;
  }

  /** The object store that the processes use. */
  get store(): ObjectStore {
    return makeObjectStore(loadSettings(this.environment()));
  }

  /** The keys in the object store that begin with `prefix`, sorted. */
  async objects(prefix = ''): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.store.list(prefix)) keys.push(key);
    return keys.sort();
  }

  /** Takes an object away behind the back of everybody. */
  async removeObject(key: string): Promise<void> {
    await this.store.delete([key]);
  }

  /** Brings about, or looks at, what no client can. @returns the rows */
  async sql(statement: string, values: unknown[] = []): Promise<object[]> {
    const client = new pg.Client(this.databaseUrl);
    await client.connect();
    try {
      return (await client.query<object>(statement, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Objects that are kept until no URL to them is good any longer are removed now. */
  async forgetUrls(): Promise<void> {
    await this.sql(`UPDATE jobs SET run_at = now() WHERE kind = 'delete-objects' AND state = 'DELAYED'`);
  }

  /** What workers have left, or have at the moment, in their temporary folder. */
  tempFiles(): string[] {
    const folder = this.tempFolder;
    return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
  }

  /** The last lines of every process. */
  log(): string {
    return [...this.apis, ...this.workers]
      .map(({ app, pid, lines }) => `--- ${app} (${pid})\n${lines.slice(-LOG_LINES_SHOWN).join('\n')}`)
      .join('\n');
  }

  /** Ends every process and removes every trace. Shows the logs when a test of the file has failed. */
  async stop(): Promise<void> {
    await Promise.all([...this.apis, ...this.workers].map((one) => one.stop()));
    if (globalThis.aTestHasFailed) console.error(this.log());
    await this.database.drop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private get tempFolder(): string {
    return path.join(this.directory, 'tmp');
  }

  private environment(env: Record<string, string> = {}): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'json',
      DATABASE_URL: this.databaseUrl,
      DATA_DIR: path.join(this.directory, 'data'),
      WORKER_TEMP_DIR: this.tempFolder,
      JWT_SECRET: 'signs the access tokens of the tests',
      URL_SIGNING_SECRET: 'signs the upload URLs of the tests',
      // As cheap as the settings allow, and no limits: everybody in a test comes from one address.
      BCRYPT_COST: '10',
      RATE_LIMIT_PER_MINUTE: '1000000',
      AUTH_RATE_LIMIT_PER_MINUTE: '1000000',
      TENANT_RATE_LIMIT_PER_MINUTE: '1000000',
      API_KEY_RATE_LIMIT_PER_MINUTE: '1000000',
      LOGIN_RATE_LIMIT_PER_ACCOUNT: '1000000',
      ...this.env,
      ...env,
    };
  }
}

async function untilReady(url: string, api: StackProcess | undefined): Promise<void> {
  let answer = 'no answer';
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline;) {
    if (!api?.isRunning) throw new Error('the API has ended');
    answer = await askReadiness(url);
    if (answer === 'ready') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not ready within ${READY_WITHIN_MS} ms: ${answer}`);
}

async function askReadiness(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/health/ready`);
    return response.status === 200 ? 'ready' : await response.text();
  } catch (error) {
    return String(error);
  }
}
