import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';
import type { Check, Readiness } from './health.schema.js';
import { LiveWorkers, type WorkerCapabilities } from './live-workers.js';
import { remembered } from './remembered.js';

const DEADLINE_MS = 2_000;
/** However many probes there are, what they ask about is asked once a second. */
const REMEMBERED_MS = 1_000;

class DeadlineError extends Error {}

/** Whether all that the service needs is there. */
@Injectable()
export class CheckReadiness {
  /** What was down when last looked at: only a change is worth a line in the log. */
  private readonly down = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly workers: LiveWorkers,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  readonly run = remembered(REMEMBERED_MS, () => this.look());

  private async look(): Promise<Readiness> {
    const [database, queue, store, worker] = await Promise.all([
      this.check('database', () => this.database.query('ready', 'SELECT 1', [])),
      this.check('queue', () => this.dispatcher.check()),
      this.check('store', () => this.store.check()),
      this.checkWorker(),
    ]);
    const checks = { database, queue, store, worker };
    const up = Object.values(checks).every(({ status }) => status === 'up');
    return { status: up ? 'up' : 'down', checks };
  }

  private async checkWorker(): Promise<Readiness['checks']['worker']> {
    let capabilities: WorkerCapabilities[] | undefined;
    const asked = await this.check('worker', async () => (capabilities = await this.workers.capabilities()));
    if (capabilities === undefined) return asked;
    const count = capabilities.length;
    if (count === 0) return { status: 'down', detail: 'none was seen in the last 30 s', count };
    return { ...asked, count, capabilities };
  }

  /** What went wrong stays in the log: anybody may ask here. */
  private async check(name: string, ask: () => Promise<unknown>): Promise<Check> {
    try {
      await withDeadline(ask());
      if (this.down.delete(name)) this.logger.info({ check: name }, 'readiness: up again');
      return { status: 'up' };
    } catch (error) {
      if (!this.down.has(name)) this.logger.warn({ error, check: name }, 'readiness: down');
      this.down.add(name);
      const late = error instanceof DeadlineError;
      return { status: 'down', detail: late ? `no answer within ${DEADLINE_MS / 1000} s` : 'cannot be used' };
    }
  }
}

async function withDeadline<T>(asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
