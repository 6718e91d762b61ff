import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { acrossTenants } from '#libs/database/wall/tenant-scope.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';
import { AccessBuffer, type Access, type AccessSum } from './access-buffer.js';

/** Kinds of access (asset, user, device, …) that wait in memory: some 20 MB. */
const MOST_KINDS = 50_000;
const ROWS_A_STATEMENT = 5_000;

// With what the asset is called now: who was given it must be known when it is gone.
const WRITE = `
  INSERT INTO access_hits (id, day, tenant_id, asset_id, action, user_id, role, language, device, hits, bytes,
                           milliseconds, filename, labels)
  SELECT h.id, h.day, h."tenantId", h."assetId", h.action, h."userId", h.role, h.language, h.device, h.hits, h.bytes,
         h.milliseconds, a.filename, coalesce(jsonb_strip_nulls(jsonb_build_object('category', a.labels->'category',
           'language', a.labels->'language', 'provider', a.labels->'provider')), '{}')
  FROM jsonb_to_recordset($1::jsonb) AS h(id uuid, day date, "tenantId" uuid, "assetId" uuid, action text,
         "userId" uuid, role text, language text, device text, hits bigint, bytes bigint, milliseconds bigint)
  LEFT JOIN assets a ON a.id = h."assetId"`;

// committed, aborted, in progress; null of a time that this server does not know, because it was restored since.
const STATUS = `
  SELECT CASE WHEN $1::xid8 < pg_current_xact_id() THEN pg_xact_status($1::xid8) END AS status`;

type Row = AccessSum & { id: string };

/**
 * Remembers who was given what, and writes it down every few seconds: no request waits for it. What a killed process
 * had not written is lost, ACCESS_LOG_FLUSH_SECONDS of it at most, or as long as the database was away.
 */
@Injectable()
export class AccessRecorder implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly buffer = new AccessBuffer(MOST_KINDS);
  private unwritten: Row[] = [];
  /** The transaction that was to write the first batch of them, when nobody has said what became of it. */
  private unsure?: string;
  private timer?: NodeJS.Timeout;
  private writing?: Promise<void>;

  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  record(access: Access): void {
    this.buffer.add(access);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), this.settings.ACCESS_LOG_FLUSH_SECONDS * 1000);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** Writes down what there is. Never throws: what could not be written is tried again. */
  async flush(): Promise<void> {
    // One at a time, and nobody returns before what he has recorded is written.
    while (this.writing) await this.writing;
    this.writing = this.write().finally(() => (this.writing = undefined));
    await this.writing;
  }

  private async write(): Promise<void> {
    try {
      while (this.unwritten.length > 0 || this.buffer.size > 0) {
        if (this.unwritten.length === 0) this.unwritten = this.takeRows();
        const batch = this.unwritten.slice(0, ROWS_A_STATEMENT);
        // Across tenants: what was seen by whoever asked meanwhile, in whose request the timer may have been set.
        await acrossTenants(() => this.send(batch));
        this.unwritten = this.unwritten.slice(batch.length);
      }
    } catch (error) {
      this.logger.warn(
        { error, waiting: this.unwritten.length + this.buffer.size },
        'accesses wait to be written down',
      );
    }
  }

  /**
   * Once, however often it is tried. Whether rows that were sent have arrived cannot be seen by their ids: housekeeping
   * may have added them up since.
   */
  private async send(batch: readonly Row[]): Promise<void> {
    if (this.unsure === undefined || !(await this.hasArrived(this.unsure)))
      await this.database.transaction(async (tx) => {
        const [row] = await tx.$queryRaw<{ xid: string }[]>`SELECT pg_current_xact_id()::text AS xid`;
        this.unsure = row?.xid;
        await tx.$executeRawUnsafe(WRITE, JSON.stringify(batch));
      });
    this.unsure = undefined;
  }

  /** @throws while the transaction is under way: its connection was cut, which the server has not noticed yet */
  private async hasArrived(xid: string): Promise<boolean> {
    const [row] = await this.database.query<{ status: string | null }>('stats.written', STATUS, [xid]);
    if (row?.status === 'in progress') throw new Error('the accesses before these are still being written');
    return row?.status === 'committed';
  }

  private takeRows(): Row[] {
    const { sums, dropped } = this.buffer.take();
    if (dropped > 0) this.logger.error({ dropped }, 'accesses were not counted: too many kinds at once');
    return sums.map((sum) => ({ ...sum, id: uuidv7() }));
  }
}
