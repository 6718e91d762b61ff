import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database, type Transaction } from '#libs/database/database.js';
import { recordEvent } from '#libs/events/record.js';
import { cancelJobsOf } from '#libs/queue/cancel.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { enqueue, type JobToken } from '#libs/queue/enqueue.js';
import { assetPrefix } from '#libs/storage/keys.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import { Problem } from '../problem/problem.js';

/** Removes an asset at once and its objects by a job, which is tried until they are gone. */
@Injectable()
export class DeleteAsset {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async run(id: string, caller: Caller, origin: Origin): Promise<void> {
    const tokens = await this.database.transaction(async (tx) => {
      // Jobs before the asset: the order in which a worker that commits takes them.
      await cancelJobsOf(tx, id, caller.tenantId);
      const asset = await takeAsset(tx, id, caller.tenantId);
      const subject = { type: 'asset', id } as const;
      const payload = { filename: asset.filename };
      await recordAudit(tx, { action: 'asset.deleted', actor: caller, subject, payload }, origin);
      await recordEvent(tx, { type: 'asset.deleted', tenantId: caller.tenantId, subjectId: id, payload });
      return this.enqueueRemoval(tx, id, caller.tenantId);
    });
    await this.dispatcher.dispatch(tokens);
  }

  /** Now, and once more when neither a cancelled run nor the upload's URL can write there any longer. */
  private async enqueueRemoval(tx: Transaction, assetId: string, tenantId: string): Promise<JobToken[]> {
    const upload = await tx.upload.findUnique({ where: { assetId }, select: { expiresAt: true } });
    const runsEnded = Date.now() + (this.settings.JOB_LEASE_SECONDS + 5) * 1000;
    const again = new Date(Math.max(runsEnded, upload?.expiresAt.getTime() ?? 0));
    const request = { kind: 'delete-objects', tenantId, payload: { prefix: assetPrefix(tenantId, assetId) } } as const;
    return [await enqueue(tx, request), await enqueue(tx, { ...request, runAt: again })];
  }
}

/** @throws Problem ASSET_NOT_FOUND, also for the second of two deletions at once */
async function takeAsset(tx: Transaction, id: string, tenantId: string): Promise<{ filename: string }> {
  const [asset] = await tx.asset.findMany({ where: { id, tenantId }, select: { filename: true } });
  const { count } = await tx.asset.deleteMany({ where: { id, tenantId } });
  if (!asset || count === 0) throw new Problem('ASSET_NOT_FOUND', 'There is no such asset.');
  return asset;
}
