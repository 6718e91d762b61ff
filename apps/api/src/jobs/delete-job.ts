import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { giveUpWith } from '#libs/giving-up/give-up.js';
import { isJobKind } from '#libs/queue/job-kinds.js';
import type { JobFailure } from '#libs/queue/leases.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import { Problem } from '../problem/problem.js';
import { lockJob } from './lock-job.js';
import { refuseToDrop } from './refuse-to-drop.js';

const DELETED: JobFailure = {
  code: 'JOB_DELETED',
  detail: 'An administrator removed the job that was to do this.',
  permanent: false,
};

/** Removes a job for good. Wake-ups for it that are still in the queue find nothing. */
@Injectable()
export class DeleteJob {
  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem JOB_NOT_FOUND, JOB_ACTIVE, JOB_NOT_CANCELLABLE */
  async run(id: string, caller: Caller, origin: Origin): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { kind, state, ...job } = await lockJob(tx, id);
      if (state === 'ACTIVE')
        throw new Problem('JOB_ACTIVE', 'A worker is running the job: cancel it first, or wait until it has ended.');
      const wasToRun = state === 'WAITING' || state === 'DELAYED';
      if (wasToRun) refuseToDrop(kind);
      await tx.job.delete({ where: { id }, select: { id: true } });
      if (wasToRun && isJobKind(kind)) await giveUpWith(this.settings.JOB_LEASE_SECONDS)(tx, { ...job, kind }, DELETED);
      const payload = { kind, was: state, assetId: job.assetId };
      await recordAudit(tx, { action: 'job.deleted', actor: caller, subject: { type: 'job', id }, payload }, origin);
    });
  }
}
