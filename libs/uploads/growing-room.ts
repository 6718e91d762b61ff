import type { Database } from '#libs/database/database.js';
import type { Upload } from '#libs/database/generated/client.js';
import type { Quotas } from '#libs/quotas/quotas.js';

/** Bytes that are reserved ahead of those that come, so that not each chunk costs a transaction. */
const STEP_BYTES = 32 * 1024 * 1024;
/** How long an upload outlives the process that was receiving it. */
export const RECEIVED_WITHIN_MS = 15 * 60_000;
const RENEW_AFTER_MS = 5 * 60_000;
/** How long a file may wait for a worker that fetches it, all attempts included. */
export const FETCHED_WITHIN_MS = 24 * 3_600_000;

/** The upload was ended while its bytes were on their way: its account was deleted, or its time was over. */
export class UploadEndedError extends Error {
  override readonly name = 'UploadEndedError';
}

/** Room for an upload of which nobody knows how large it is: reserved as the bytes come, and kept alive with them. */
export class GrowingRoom {
  private held: number;
  private renewAt = Date.now() + RENEW_AFTER_MS;

  constructor(
    private readonly database: Database,
    private readonly quotas: Quotas,
    private readonly upload: Pick<Upload, 'id' | 'tenantId' | 'size'>,
    private readonly withinMs = RECEIVED_WITHIN_MS,
  ) {
    this.held = Number(upload.size);
  }

  /**
   * Has room for so many bytes in all.
   * @throws QuotaExceededError, UploadEndedError
   */
  async hold(bytes: number): Promise<void> {
    if (bytes <= this.held && Date.now() < this.renewAt) return;
    this.held = await this.database.transaction(async (tx) => {
      const { id, tenantId } = this.upload;
      const wished = bytes > this.held ? this.held + STEP_BYTES : this.held;
      const { size, now } = await this.quotas.growRoom(tx, tenantId, { held: this.held, needed: bytes, wished });
      const data = { size: BigInt(size), expiresAt: new Date(now.getTime() + this.withinMs) };
      const where = { id, tenantId, state: 'WAITING', expiresAt: { gt: now } } as const;
      const { count } = await tx.upload.updateMany({ where, data });
      if (count === 0) throw new UploadEndedError('the upload has ended');
      return size;
    });
    this.renewAt = Date.now() + RENEW_AFTER_MS;
  }
}
