import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { notify } from '#libs/events/notify.js';
import { jobPayloads } from '#libs/queue/job-payloads.js';
import type { Commit, JobHandler } from '#libs/queue/job-runner.js';
import type { LeasedJob } from '#libs/queue/leases.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { pack } from './pack.js';

/** Days for which what was packed can be fetched. */
const KEPT_DAYS = 7;

/** Packs all that is kept of an account, and its files, and tells it when that is done. */
@Injectable()
export class ExportAccountHandler implements JobHandler {
  constructor(
    private readonly database: Database,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  async run(job: LeasedJob, signal: AbortSignal): Promise<Commit> {
    const { exportId: id } = jobPayloads['export-account'].parse(job.payload);
    const where = { id, tenantId: job.tenantId, state: 'PENDING' } as const;
    const wanted = await this.database.client.accountExport.findFirst({ where });
    // The account has been deleted.
    if (!wanted) return () => Promise.resolve([]);
    const { body, atMost } = await pack(this.database, this.store, wanted, signal);
    await this.store.write(wanted.objectKey, body, { contentType: 'application/zip', size: { atMost }, signal });
    const head = await this.store.head(wanted.objectKey);
    return async (tx) => {
      const [readyAt, expiresAt] = [new Date(), new Date(Date.now() + KEPT_DAYS * 86_400_000)];
      const data = { state: 'READY', size: BigInt(head?.size ?? 0), readyAt, expiresAt } as const;
      const { count } = await tx.accountExport.updateMany({ where, data });
      if (count > 0)
        await notify(tx, wanted.userId, { kind: 'export.ready', topic: `export:${id}`, payload: { exportId: id } });
      return [];
    };
  }
}
