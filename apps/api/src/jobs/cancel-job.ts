import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { giveUpWith } from '#libs/giving-up/give-up.js';
import { cancelJob } from '#libs/queue/cancel.js';
import { isJobKind } from '#libs/queue/job-kinds.js';
import type { JobFailure } from '#libs/queue/leases.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import { Problem } from '../problem/problem.js';
import { lockJob } from './lock-job.js';
import { refuseToDrop } from './refuse-to-drop.js';

const CANCELLED: JobFailure = {
  code: 'JOB_CANCELLED',
  detail: 'An administrator cancelled the job that was to do this.',
  permanent: false,
};

/** Ends a job that has yet to end. Its worker hears of it when it next renews its lease. */
@Injectable()
export class CancelJob {
  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem JOB_NOT_FOUND, JOB_NOT_CANCELLABLE */
  async run(id: string, caller: Caller, origin: Origin): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { kind, state, ...job } = await lockJob(tx, id);
      if (state !== 'WAITING' && state !== 'DELAYED' && state !== 'ACTIVE')
        throw new Problem('JOB_NOT_CANCELLABLE', `The job is ${state}: there is nothing left of it to cancel.`);
      refuseToDrop(kind);
      await cancelJob(tx, id, CANCELLED);
      if (isJobKind(kind)) await giveUpWith(this.settings.JOB_LEASE_SECONDS)(tx, { ...job, kind }, CANCELLED);
      const payload = { kind, was: state, assetId: job.assetId };
      await recordAudit(tx, { action: 'job.cancelled', actor: caller, subject: { type: 'job', id }, payload }, origin);
    });
  }
}
