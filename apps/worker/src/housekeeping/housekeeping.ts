import type { Database } from '#libs/database/database.js';
import type { Leader } from '#libs/database/leader.js';
import { publishForgotten } from '#libs/feed/publish.js';
import { QueueUnavailableError, type Dispatcher } from '#libs/queue/dispatcher.js';
import type { Reconciler } from '#libs/queue/reconciler.js';
import { DiskObjectStore } from '#libs/storage/disk/disk-store.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { forgetNotifications } from './forget-notifications.js';
import { purgeOverdue, type PurgeOptions } from './purge.js';
import type { PlaybackRound } from './playback-round.js';
import { expireExports, expireUploads, forgetOldRows } from './sweep.js';

/** What a process that was killed was writing, and nobody has written to since. */
const TEMP_FILES_MS = 24 * 3_600_000;

/** Rows are forgotten once in so many rounds. */
const FORGET_EVERY = 100;

/** Milliseconds: a job whose worker died waits for its lease, and should not wait much longer. */
const LOST_RUNS_EVERY_MS = 1_000;

/** What has to happen although nobody asks for it. One worker leads; the others stand by, and look for lost runs. */
export class Housekeeping {
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly underWay = new Map<() => Promise<void>, Promise<void>>();
  private rounds = 0;

  constructor(
    private readonly leader: Leader,
    private readonly reconciler: Reconciler,
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly playbacks: PlaybackRound,
    private readonly intervalSeconds: number,
    private readonly purging: PurgeOptions,
    private readonly keeping: { notificationDays: number; store: ObjectStore },
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.every(this.intervalSeconds * 1000, () => this.turn());
    this.every(LOST_RUNS_EVERY_MS, () => this.withQueue(() => this.reconciler.endLostRuns()));
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.underWay.values());
    await this.leader.close();
  }

  /** Work that takes longer than its time is not overtaken by the next. */
  private every(milliseconds: number, work: () => Promise<void>): void {
    const begin = (): void => {
      if (this.underWay.has(work)) return;
      const round = work()
        .catch((error: unknown) => this.logger.warn({ error }, 'housekeeping will try again'))
        .finally(() => this.underWay.delete(work));
      this.underWay.set(work, round);
    };
    this.timers.push(setInterval(begin, milliseconds));
  }

  private async forget(): Promise<void> {
    await forgetOldRows(this.database);
    await forgetNotifications(this.database, this.keeping.notificationDays);
    const { store } = this.keeping;
    if (store instanceof DiskObjectStore) await store.sweepTemp(TEMP_FILES_MS);
  }

  /** The rest of the round needs no queue. */
  private async withQueue(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof QueueUnavailableError)) throw error;
      this.logger.warn({ error }, 'jobs that the queue does not know wait until it is back');
    }
  }

  private async turn(): Promise<void> {
    if (!(await this.leader.isLeader())) return;
    await this.withQueue(() => this.reconciler.reconcile());
    const expired = await expireUploads(this.database, this.dispatcher);
    if (expired > 0) this.logger.info({ expired }, 'uploads have expired');
    const purged = await purgeOverdue(this.database, this.dispatcher, this.purging);
    if (purged > 0) this.logger.info({ purged }, 'assets that had expired or were deleted long ago have been removed');
    await expireExports(this.database, this.dispatcher);
    await this.dispatcher.dispatch(await this.database.transaction(publishForgotten));
    if (this.rounds++ % FORGET_EVERY === 0) await this.forget();
    // Last: the store of leases may be away when the database is not.
    await this.playbacks.run();
  }
}
