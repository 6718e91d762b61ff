import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database, type Transaction } from '#libs/database/database.js';
import { giveUpWith } from '#libs/giving-up/give-up.js';
import { cancelJob } from '#libs/queue/cancel.js';
import { isJobKind } from '#libs/queue/job-kinds.js';
import type { JobFailure } from '#libs/queue/leases.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import { Problem } from '../problem/problem.js';
import { lockJob, type LockedJob } from './lock-job.js';

const CANCELLED: JobFailure = {
  code: 'JOB_CANCELLED',
  detail: 'An administrator cancelled the job that was to do this.',
  permanent: false,
};
const DELETED: JobFailure = {
  code: 'JOB_DELETED',
  detail: 'An administrator removed the job that was to do this.',
  permanent: false,
};

/** What somebody has deleted or asked to be forgotten stays where it is when nobody does these. */
const OWED = ['delete-objects', 'erase-account', 'strip-location'];

/** Ends jobs before their work is done, and tells whoever waits for it. */
@Injectable()
export class EndJobs {
  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** A worker that runs it hears of it when it next renews its lease. @throws Problem JOB_NOT_FOUND, JOB_NOT_CANCELLABLE */
  async cancel(id: string, caller: Caller, origin: Origin): Promise<void> {
    await this.database.transaction(async (tx) => {
      const job = await lockJob(tx, id);
      if (!isToRun(job) && job.state !== 'ACTIVE')
        throw new Problem('JOB_NOT_CANCELLABLE', `The job is ${job.state}: there is nothing left of it to cancel.`);
      refuseToDrop(job);
      await cancelJob(tx, id, CANCELLED);
      await this.giveUp(tx, job, CANCELLED);
      await record(tx, 'job.cancelled', job, caller, origin);
    });
  }

  /**
   * Removes its row for good. Wake-ups for it that are still in the queue find nothing.
   * @throws Problem JOB_NOT_FOUND, JOB_ACTIVE, JOB_NOT_CANCELLABLE
   */
  async remove(id: string, caller: Caller, origin: Origin): Promise<void> {
    await this.database.transaction(async (tx) => {
      const job = await lockJob(tx, id);
      if (job.state === 'ACTIVE')
        throw new Problem('JOB_ACTIVE', 'A worker is running the job: cancel it first, or wait until it has ended.');
      if (isToRun(job)) refuseToDrop(job);
      await tx.job.delete({ where: { id }, select: { id: true } });
      if (isToRun(job)) await this.giveUp(tx, job, DELETED);
      await record(tx, 'job.deleted', job, caller, origin);
    });
  }

  private async giveUp(tx: Transaction, { kind, ...job }: LockedJob, failure: JobFailure): Promise<void> {
    if (isJobKind(kind)) await giveUpWith(this.settings.JOB_LEASE_SECONDS)(tx, { ...job, kind }, failure);
  }
}

const isToRun = ({ state }: LockedJob): boolean => state === 'WAITING' || state === 'DELAYED';

/** @throws Problem JOB_NOT_CANCELLABLE */
function refuseToDrop({ kind }: LockedJob): void {
  if (OWED.includes(kind))
    throw new Problem('JOB_NOT_CANCELLABLE', 'The job removes what somebody wants to be gone: it has to be done.');
}

function record(
  tx: Transaction,
  action: 'job.cancelled' | 'job.deleted',
  { id, kind, state, assetId }: LockedJob,
  actor: Caller,
  origin: Origin,
): Promise<unknown> {
  const payload = { kind, was: state, assetId };
  return recordAudit(tx, { action, actor, subject: { type: 'job', id }, payload }, origin);
}
