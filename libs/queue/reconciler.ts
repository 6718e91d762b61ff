import type { Database, Transaction } from '#libs/database/database.js';
import type { Logger } from '#libs/telemetry/logger.js';
import type { Dispatcher } from './dispatcher.js';
import { isJobKind, JOB_KINDS, MAX_LOSSES, type JobKind } from './job-kinds.js';
import type { GiveUp } from './job-runner.js';
import type { JobFailure, LeasedJob } from './leases.js';
import { matchQueue } from './wake-ups.js';

const WORKER_LOST: JobFailure = {
  code: 'WORKER_LOST',
  detail: `${MAX_LOSSES} workers died while they ran this job; it is not tried again by itself`,
  permanent: true,
};

/** Makes the queue agree with the job rows, whatever happened to either. */
export class Reconciler {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly giveUp: GiveUp,
    private readonly logger: Logger,
  ) {}

  /**
   * Everything. Only one process at a time should, or more workers are woken than there are jobs.
   * @throws QueueUnavailableError
   */
  async reconcile(): Promise<void> {
    await this.endLostRuns();
    await this.matchQueues(JOB_KINDS);
  }

  /**
   * Runs whose lease ran out: their worker was killed or cut off. They wait again, at no cost to the job. Any number
   * of processes may, and as often as they like: it is one look into an index when there is nothing to do.
   * @throws QueueUnavailableError
   */
  async endLostRuns(): Promise<void> {
    const kinds = await this.database.transaction(async (tx) => {
      const lost = await tx.$queryRaw<(LeasedJob & { losses: number })[]>`
        SELECT id, kind, tenant_id AS "tenantId", asset_id AS "assetId", payload, starts, attempts,
          max_attempts AS "maxAttempts", lease_token AS "leaseToken", losses
        FROM jobs WHERE state = 'ACTIVE' AND lease_expires_at < now()
        ORDER BY lease_expires_at LIMIT 200 FOR UPDATE SKIP LOCKED`;
      for (const job of lost) await this.endLostRun(tx, job);
      return new Set(lost.map(({ kind }) => kind).filter(isJobKind));
    });
    await this.matchQueues(kinds);
  }

  private async matchQueues(kinds: Iterable<JobKind>): Promise<void> {
    const { database, dispatcher, logger } = this;
    for (const kind of kinds) await matchQueue({ database, dispatcher, logger }, kind);
  }

  private async endLostRun(tx: Transaction, job: LeasedJob & { losses: number }): Promise<void> {
    const quarantined = job.losses + 1 >= MAX_LOSSES;
    const failure = quarantined ? WORKER_LOST : undefined;
    await tx.$executeRaw`
      UPDATE jobs SET state = ${quarantined ? 'FAILED' : 'WAITING'}::job_state, losses = losses + 1,
        lease_token = NULL, lease_expires_at = NULL, run_at = now(),
        error_code = COALESCE(${failure?.code ?? null}, error_code), error = COALESCE(${failure?.detail ?? null}, error),
        finished_at = CASE WHEN ${quarantined} THEN now() END
      WHERE id = ${job.id}::uuid`;
    await tx.$executeRaw`
      UPDATE job_attempts SET outcome = 'LOST', finished_at = now(), error = 'the worker was not heard of again'
      WHERE job_id = ${job.id}::uuid AND number = ${job.starts}`;
    this.logger.warn({ jobId: job.id, kind: job.kind, quarantined }, 'a run was lost with its worker');
    if (failure && isJobKind(job.kind)) await this.giveUp(tx, job, failure);
  }
}
