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

// With what the asset is called now: who was given it must be known when it is gone. A batch that is sent again,
// because nobody knows whether it arrived, arrives once.
const WRITE = `
  INSERT INTO access_hits (id, day, tenant_id, asset_id, action, user_id, role, language, device, hits, bytes,
                           milliseconds, filename, labels)
  SELECT h.id, h.day, h."tenantId", h."assetId", h.action, h."userId", h.role, h.language, h.device, h.hits, h.bytes,
         h.milliseconds, a.filename, coalesce(jsonb_strip_nulls(jsonb_build_object('category', a.labels->'category',
           'language', a.labels->'language', 'provider', a.labels->'provider')), '{}')
  FROM jsonb_to_recordset($1::jsonb) AS h(id uuid, day date, "tenantId" uuid, "assetId" uuid, action text,
         "userId" uuid, role text, language text, device text, hits bigint, bytes bigint, milliseconds bigint)
  LEFT JOIN assets a ON a.id = h."assetId"
  ON CONFLICT (id) DO NOTHING`;

type Row = AccessSum & { id: string };

/**
 * Remembers who was given what, and writes it down every few seconds: no request waits for it. What a killed process
 * had not written is lost, ACCESS_LOG_FLUSH_SECONDS of it at most, or as long as the database was away.
 */
@Injectable()
export class AccessRecorder implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly buffer = new AccessBuffer(MOST_KINDS);
  private unwritten: Row[] = [];
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
        await acrossTenants(() => this.database.query('stats.write-accesses', WRITE, [JSON.stringify(batch)]));
        this.unwritten = this.unwritten.slice(batch.length);
      }
    } catch (error) {
      this.logger.warn(
        { error, waiting: this.unwritten.length + this.buffer.size },
        'accesses wait to be written down',
      );
    }
  }

  private takeRows(): Row[] {
    const { sums, dropped } = this.buffer.take();
    if (dropped > 0) this.logger.error({ dropped }, 'accesses were not counted: too many kinds at once');
    return sums.map((sum) => ({ ...sum, id: uuidv7() }));
  }
}
