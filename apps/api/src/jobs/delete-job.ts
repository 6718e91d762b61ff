import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/database/database.js';
import { recordEvent } from '#libs/events/record.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import { Problem } from '../problem/problem.js';
import { lockJob } from './lock-job.js';

const CODE = 'JOB_DELETED';
const REASON = 'An administrator removed the job that was to process this file.';

/** Removes a job for good. Wake-ups for it that are still in the queue find nothing. */
@Injectable()
export class DeleteJob {
  constructor(private readonly database: Database) {}

  /** @throws Problem JOB_NOT_FOUND, JOB_ACTIVE */
  async run(id: string, caller: Caller, origin: Origin): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { kind, state, assetId } = await lockJob(tx, id);
      if (state === 'ACTIVE')
        throw new Problem('JOB_ACTIVE', 'A worker is running the job; delete it when it has ended.');
      await tx.job.delete({ where: { id }, select: { id: true } });
      const wasToRun = state === 'WAITING' || state === 'DELAYED';
      if (wasToRun && kind === 'process-asset' && assetId !== null) await giveUpAsset(tx, assetId);
      const payload = { kind, was: state, assetId };
      await recordAudit(tx, { action: 'job.deleted', actor: caller, subject: { type: 'job', id }, payload }, origin);
    });
  }
}

/** Nobody will process it any more: whoever waits for it is told. */
async function giveUpAsset(tx: Transaction, id: string): Promise<void> {
  const [asset] = await tx.asset.updateManyAndReturn({
    where: { id, status: { in: ['PENDING', 'PROCESSING'] } },
    data: { status: 'FAILED', failureCode: CODE, failureReason: REASON },
    select: { tenantId: true },
  });
  if (!asset) return;
  const payload = { code: CODE, reason: REASON };
  await recordEvent(tx, { type: 'asset.failed', tenantId: asset.tenantId, subjectId: id, payload });
}
