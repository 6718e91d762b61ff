import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { loadSettings } from '#libs/config/settings.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { makeObjectStore } from '#libs/storage/storage.module.js';
import { createDatabase } from '../../support/database.js';
import { freePort } from '../../support/free-port.js';
import type { StackProcess } from '../../support/stack-process.js';
import { Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import type { Backend } from '../options.js';
import { isNoAnswer } from './no-answer.js';
import { PostgresServer, query } from './postgres-server.js';
import { RedisServer } from '../../support/redis-server.js';
import { S3Gateway } from './s3-gateway.js';
import { SmallDisk } from './small-disk.js';

/** Workers that run when no fault says otherwise. */
const WORKERS = 2;
/** A machine may be busy with the decoding of a dozen pictures. */
const UP_WITHIN_MS = 120_000;
const TAKES_JOBS = 'the worker takes jobs';

interface Parts {
  backend: Backend;
  directory: string;
  disks: { database: SmallDisk; objects: SmallDisk; temp: SmallDisk };
  postgres: PostgresServer;
  redis: RedisServer | null;
  s3: S3Gateway | null;
  stack: Stack;
  port: string;
}

/** One API and some workers with all they need, each part of which can be broken and mended. */
export class Lab {
  private objectStore: ObjectStore | undefined;

  private constructor(private readonly parts: Parts) {}

  static async open(backend: Backend): Promise<Lab> {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'media-inbox-faults-'));
    chmodSync(directory, 0o711);
    const database = new SmallDisk(path.join(directory, 'postgres'), 1024);
    const postgres = new PostgresServer(database.folder);
    await postgres.start();
    // Where createDatabase looks.
    process.env.TEST_DATABASE_SERVER = postgres.url;
    const redis = backend === 'redis' ? await RedisServer.open() : null;
    const s3 = backend === 'postgres' ? null : await S3Gateway.open();
    const stack = new Stack(await createDatabase(), {
      // A client of these tests signs in once.
      ACCESS_TOKEN_TTL_SECONDS: String(24 * 3600),
      ...(redis && { REDIS_URL: redis.url }),
      ...s3?.settings,
    });
    const objects = new SmallDisk(path.join(stack.directory, 'data'), 1024);
    const temp = new SmallDisk(path.join(stack.directory, 'tmp'), 64);
    const disks = { database, objects, temp };
    const port = String(await freePort());
    const lab = new Lab({ backend, directory, disks, postgres, redis, s3, stack, port });
    try {
      await Promise.all([lab.startApi(), lab.startWorkers(WORKERS)]);
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  get backend(): Backend {
    return this.parts.backend;
  }

  get url(): string {
    return `http://127.0.0.1:${this.parts.port}`;
  }

  get postgres(): PostgresServer {
    return this.parts.postgres;
  }

  get redis(): RedisServer {
    return present(this.parts.redis);
  }

  get s3(): S3Gateway {
    return present(this.parts.s3);
  }

  get disks(): Parts['disks'] {
    return this.parts.disks;
  }

  get stack(): Stack {
    return this.parts.stack;
  }

  /** The one that runs. */
  get api(): StackProcess {
    return present(this.stack.apis.find((api) => api.isRunning));
  }

  /** Those that run. */
  get workers(): StackProcess[] {
    return this.stack.workers.filter((worker) => worker.isRunning);
  }

  /** The objects themselves, past whatever is done to the way there. */
  get store(): ObjectStore {
    return (this.objectStore ??= makeObjectStore(loadSettings(this.storeSettings())));
  }

  private storeSettings(): Record<string, string> {
    return {
      DATABASE_URL: this.stack.databaseUrl,
      DATA_DIR: path.join(this.stack.directory, 'data'),
      JWT_SECRET: 'j'.repeat(32),
      URL_SIGNING_SECRET: 'u'.repeat(32),
      ...this.parts.s3?.directSettings,
    };
  }

  sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return query<Row>(this.stack.databaseUrl, text, values);
  }

  /** At the address where the last one was; resolves when it answers, or has ended. */
  async startApi(env: Record<string, string> = {}): Promise<StackProcess> {
    const api = await this.stack.startApi({ PORT: this.parts.port, ...env });
    await until(
      async () => !api.isRunning || (await this.answers()),
      (up) => up,
      UP_WITHIN_MS,
    );
    return api;
  }

  /** Resolves when it takes jobs, or has ended. */
  async startWorker(env: Record<string, string> = {}): Promise<StackProcess> {
    const worker = this.stack.startWorker(env);
    const up = () => !worker.isRunning || worker.lines.some((line) => line.includes(TAKES_JOBS));
    await until(up, (is) => is, UP_WITHIN_MS);
    return worker;
  }

  async startWorkers(count: number, env: Record<string, string> = {}): Promise<StackProcess[]> {
    return Promise.all(Array.from({ length: count }, () => this.startWorker(env)));
  }

  async stopWorkers(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
  }

  /** Other workers instead of those that run, with settings of their own. */
  async replaceWorkers(count: number, env: Record<string, string> = {}): Promise<StackProcess[]> {
    await this.stopWorkers();
    return this.startWorkers(count, env);
  }

  /** Whatever a fault has left behind: everything runs again as at the beginning. */
  async restore(): Promise<void> {
    const { disks, postgres, redis, s3 } = this.parts;
    for (const disk of Object.values(disks)) disk.makeRoom();
    await s3?.mend();
    redis?.goOn();
    if (redis && !redis.isRunning) await redis.start();
    postgres.goOn();
    if (!postgres.isRunning) await postgres.start();
    await this.replaceWorkers(WORKERS);
    const running = this.stack.apis.filter((api) => api.isRunning);
    await Promise.all(running.map((api) => api.stop()));
    await this.startApi();
  }

  /** Processes that are no more are not asked about any longer. */
  forgetEnded(): void {
    for (const processes of [this.stack.apis, this.stack.workers])
      processes.splice(0, Infinity, ...processes.filter((one) => one.isRunning));
  }

  /** What every process has said since the last fault; returns the file. */
  writeLog(): string {
    const file = path.join(os.tmpdir(), `media-inbox-reliability-${this.backend}-${Date.now()}.log`);
    const said = [...this.stack.apis, ...this.stack.workers].flatMap(({ lines }) => lines);
    writeFileSync(file, said.join('\n'));
    return file;
  }

  async close(): Promise<void> {
    const { disks, postgres, redis, s3, stack, directory } = this.parts;
    await Promise.all([...this.workers, ...stack.apis].map((one) => one.stop()));
    for (const disk of [disks.objects, disks.temp]) disk.unmount();
    this.forgetEnded();
    await stack.stop();
    await Promise.all([postgres.stop(), redis?.kill(), s3?.close()]);
    disks.database.unmount();
    rmSync(directory, { recursive: true, force: true });
  }

  private async answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health`)).ok;
    } catch (error) {
      if (isNoAnswer(error)) return false;
      throw error;
    }
  }
}

function present<T>(part: T | null | undefined): T {
  if (part === null || part === undefined) throw new Error('this lab has no such part');
  return part;
}
