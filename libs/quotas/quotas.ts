import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database, type Transaction } from '#libs/database/database.js';
import { Prisma } from '#libs/database/generated/client.js';
import { QUOTA_COLUMNS, usageOf, type Quota, type QuotaRow, type Usage } from './limits.js';

/** A tenant has no room left for what is asked. */
export class QuotaExceededError extends Error {
  override readonly name = 'QuotaExceededError';

  constructor(
    readonly quota: Quota,
    readonly usage: Usage,
    /** How much was asked for, in what the quota counts. */
    readonly wanted: number,
  ) {
    super(`${quota}: ${usage.used} of ${usage.limit} are used; ${wanted} more would be too many`);
  }
}

/**
 * What tenants may have. The counters are the triggers' of prisma/beyond-prisma.sql: an upload that waits is reserved,
 * one that is completed becomes its asset, one that expires, is rejected or deleted gives its room back. What is left
 * to say here is no.
 */
@Injectable()
export class Quotas {
  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Makes sure that one more upload of so many bytes fits. Insert it in the same transaction, at once: until its end
   * nobody else can take the room, since whoever wants to waits for the row that this has locked.
   *
   * @returns what time it is by the database's clock, by which uploads expire
   * @throws QuotaExceededError
   */
  async makeRoom(tx: Transaction, tenantId: string, bytes: number): Promise<Date> {
    const { usage, now } = await this.lock(tx, tenantId);
    refuseExcess(usage, 'bytes', bytes);
    refuseExcess(usage, 'files', 1);
    refuseExcess(usage, 'monthlyUploads', 1);
    return now;
  }

  /**
   * Makes sure that an upload whose size nobody knows, and which holds room for `held` bytes, has room for `needed`; as
   * many more as are wished for, if they are free. Give the row what this returns in the same transaction, at once.
   *
   * @returns the room that it may have, and what time it is by the database's clock
   * @throws QuotaExceededError
   */
  async growRoom(
    tx: Transaction,
    tenantId: string,
    { held, needed, wished }: { held: number; needed: number; wished: number },
  ): Promise<{ size: number; now: Date }> {
    const { usage, now } = await this.lock(tx, tenantId);
    const { used, limit } = usage.bytes;
    const others = used - held;
    const most = limit === null ? Infinity : limit - others;
    if (needed > most) throw new QuotaExceededError('bytes', { used: others, limit }, needed);
    return { size: Math.min(Math.max(needed, wished), most), now };
  }

  /**
   * Makes sure that a tenant may have so many seconds of video transcoded this month.
   * @throws QuotaExceededError
   */
  async allowTranscoding(tx: Transaction, tenantId: string, seconds: number): Promise<void> {
    const { usage } = await this.lock(tx, tenantId);
    refuseExcess(usage, 'transcodeMinutes', Math.ceil(seconds / 60));
  }

  /** Counts seconds of video that have been transcoded. */
  async countTranscoding(tx: Transaction, tenantId: string, seconds: number): Promise<void> {
    await tx.$executeRaw`
      UPDATE tenant_quotas SET
        monthly_transcode_seconds =
          CASE month WHEN this_month() THEN monthly_transcode_seconds ELSE 0 END + ${Math.ceil(seconds)}::int,
        monthly_uploads = CASE month WHEN this_month() THEN monthly_uploads ELSE 0 END,
        month = this_month()
      WHERE tenant_id = ${tenantId}::uuid`;
  }

  async usage(tenantId: string): Promise<Record<Quota, Usage>> {
    const [row] = await this.database.query<QuotaRow>(
      'quotas.usage',
      `SELECT ${QUOTA_COLUMNS} FROM tenant_quotas WHERE tenant_id = $1`,
      [tenantId],
    );
    if (!row) throw new Error(`tenant ${tenantId} has no quota`);
    return usageOf(row, this.settings);
  }

  /** One statement locks the row and reads it as whoever held it has left it. */
  private async lock(tx: Transaction, tenantId: string): Promise<{ usage: Record<Quota, Usage>; now: Date }> {
    const [row] = await tx.$queryRaw<(QuotaRow & { now: Date })[]>`
      SELECT ${Prisma.raw(QUOTA_COLUMNS)}, now() FROM tenant_quotas WHERE tenant_id = ${tenantId}::uuid FOR NO KEY UPDATE`;
    if (!row) throw new Error(`tenant ${tenantId} has no quota`);
    return { usage: usageOf(row, this.settings), now: row.now };
  }
}

function refuseExcess(usage: Record<Quota, Usage>, quota: Quota, wanted: number): void {
  const { used, limit } = usage[quota];
  if (limit !== null && used + wanted > limit) throw new QuotaExceededError(quota, usage[quota], wanted);
}
