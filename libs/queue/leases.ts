import { v7 as uuidv7 } from 'uuid';
import type { Database, Transaction } from '#libs/database/database.js';
import { CLOCKS } from './fair-turns.js';
import { backoffMs, type JobKind } from './job-kinds.js';
import type { JobToken } from './enqueue.js';

/** What a job was for. */
export interface EndedJob {
  id: string;
  kind: JobKind;
  tenantId: string;
  assetId: string | null;
  payload: unknown;
}

/** A job that this process holds the lease of. */
export interface LeasedJob extends EndedJob {
  starts: number;
  attempts: number;
  maxAttempts: number;
  leaseToken: string;
}

/** Why a run failed, for the person who can act on it. */
export interface JobFailure {
  /** Stable, documented: CORRUPT_FILE, STORE_UNAVAILABLE. */
  code: string;
  /** A sentence for the person whose file it is. */
  detail: string;
  /** What an admin wants to know besides. */
  technical?: string;
  /** Trying again cannot help. */
  permanent: boolean;
  /** Fewer attempts than the job's kind has, for failures that harm the worker. */
  maxAttempts?: number;
}

/** Another run may hold the lease by now: nothing of this one may be committed. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/**
 * The fairest of those that wait and those whose delay is over, each by an index of its own: jobs that are not due
 * yet, of which there may be many, are never looked at. A hundred candidates, because others may be taking the first.
 */
const CLAIM = `
  WITH candidates AS (
    (SELECT id, tier, fair_tag FROM jobs
     WHERE kind = $1 AND state = 'WAITING' ORDER BY tier, fair_tag, id LIMIT 100)
    UNION ALL
    (SELECT id, tier, fair_tag FROM jobs
     WHERE kind = $1 AND state = 'DELAYED' AND run_at <= now() ORDER BY run_at LIMIT 100)
  ), next AS (
    SELECT jobs.id FROM candidates JOIN jobs USING (id)
    WHERE (jobs.state = 'WAITING' OR jobs.state = 'DELAYED' AND jobs.run_at <= now())
      AND NOT EXISTS (SELECT 1 FROM queues WHERE name = $1 AND paused)
    ORDER BY candidates.tier, candidates.fair_tag, candidates.id
    LIMIT 1
    FOR UPDATE OF jobs SKIP LOCKED
  ), claimed AS (
    UPDATE jobs SET state = 'ACTIVE', starts = starts + 1, lease_token = $2,
      lease_expires_at = now() + $3 * interval '1 second', started_at = now(), finished_at = NULL
    FROM next WHERE jobs.id = next.id
    RETURNING jobs.*
  ), clock AS (
    INSERT INTO queue_clocks AS clock (queue, tier, virtual_time) SELECT $1, tier, fair_tag FROM claimed
    ON CONFLICT (queue, tier) DO UPDATE SET virtual_time = GREATEST(clock.virtual_time, excluded.virtual_time)
  ), run AS (
    INSERT INTO job_attempts (id, job_id, number, worker_id) SELECT $4, id, starts, $5 FROM claimed
  )
  SELECT id, kind, tenant_id AS "tenantId", asset_id AS "assetId", payload, starts, attempts,
    max_attempts AS "maxAttempts", lease_token AS "leaseToken"
  FROM claimed`;

const RENEW = `
  UPDATE jobs SET lease_expires_at = now() + $2 * interval '1 second'
  WHERE lease_token = ANY($1::uuid[]) AND state = 'ACTIVE'
  RETURNING lease_token AS "leaseToken"`;

/** The database's side of running jobs: every statement asks whether the lease is still ours. */
export class Leases {
  constructor(
    private readonly database: Database,
    private readonly workerId: string,
    private readonly leaseSeconds: number,
  ) {}

  /** Takes the job whose turn it is; null when none is ready or the queue is paused. */
  async claim(kind: JobKind): Promise<LeasedJob | null> {
    const values = [kind, uuidv7(), this.leaseSeconds, uuidv7(), this.workerId];
    const rows = await this.database.query<LeasedJob>('claim-job', CLAIM, values);
    return rows[0] ?? null;
  }

  /** Returns the tokens that are still ours. */
  async renew(leaseTokens: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<LeasedJob>('renew-leases', RENEW, [leaseTokens, this.leaseSeconds]);
    return new Set(rows.map((row) => row.leaseToken));
  }

  /** @throws LeaseLostError; roll back then */
  async complete(tx: Transaction, job: LeasedJob): Promise<void> {
    const updated = await tx.$executeRaw`
      UPDATE jobs SET state = 'COMPLETED', attempts = attempts + 1, lease_token = NULL, lease_expires_at = NULL,
        error_code = NULL, error = NULL, finished_at = now()
      WHERE id = ${job.id}::uuid AND state = 'ACTIVE' AND lease_token = ${job.leaseToken}::uuid`;
    if (updated !== 1) throw new LeaseLostError(`job ${job.id} was taken from this worker`);
    await this.endRun(tx, job, 'COMPLETED');
  }

  /**
   * Records a failed run. Returns the token of the next attempt, or null when there is none and the job is FAILED.
   * It waits at the end of its tenant's line: thousands that failed together come before nobody else's first attempt.
   * @throws LeaseLostError; roll back then
   */
  async fail(tx: Transaction, job: LeasedJob, failure: JobFailure): Promise<JobToken | null> {
    const attempts = job.attempts + 1;
    const final = failure.permanent || attempts >= Math.min(job.maxAttempts, failure.maxAttempts ?? Infinity);
    const error = describe(failure);
    const delayMs = final ? 0 : backoffMs(job.kind, attempts);
    const updated = await tx.$executeRaw`
      WITH wanted (kind, tier, tenant_id) AS (
        SELECT kind, tier, tenant_id FROM jobs
        WHERE id = ${job.id}::uuid AND lease_token = ${job.leaseToken}::uuid AND NOT ${final}
      ), ${CLOCKS}
      UPDATE jobs SET state = ${final ? 'FAILED' : 'DELAYED'}::job_state, attempts = ${attempts},
        fair_tag = COALESCE((SELECT finish - 1 FROM clocks), fair_tag),
        lease_token = NULL, lease_expires_at = NULL, error_code = ${failure.code}, error = ${error},
        run_at = now() + ${delayMs} * interval '1 millisecond',
        finished_at = CASE WHEN ${final} THEN now() END
      WHERE id = ${job.id}::uuid AND state = 'ACTIVE' AND lease_token = ${job.leaseToken}::uuid`;
    if (updated !== 1) throw new LeaseLostError(`job ${job.id} was taken from this worker`);
    await this.endRun(tx, job, 'FAILED', failure);
    return final ? null : { jobId: job.id, kind: job.kind, starts: job.starts, delayMs };
  }

  /** Hands a run back unfinished, at no cost to the job: the worker is shutting down. */
  async release(tx: Transaction, job: LeasedJob): Promise<JobToken | null> {
    const updated = await tx.$executeRaw`
      UPDATE jobs SET state = 'WAITING', lease_token = NULL, lease_expires_at = NULL, run_at = now()
      WHERE id = ${job.id}::uuid AND state = 'ACTIVE' AND lease_token = ${job.leaseToken}::uuid`;
    if (updated !== 1) return null;
    await this.endRun(tx, job, 'RELEASED');
    return { jobId: job.id, kind: job.kind, starts: job.starts, delayMs: 0 };
  }

  private async endRun(
    tx: Transaction,
    job: LeasedJob,
    outcome: 'COMPLETED' | 'FAILED' | 'RELEASED',
    failure?: JobFailure,
  ): Promise<void> {
    await tx.$executeRaw`
      UPDATE job_attempts SET outcome = ${outcome}::attempt_outcome, finished_at = now(),
        error_code = ${failure?.code ?? null}, error = ${failure ? describe(failure) : null}
      WHERE job_id = ${job.id}::uuid AND number = ${job.starts}`;
  }
}

/** Nobody reads further. */
const ERROR_MAX_CHARACTERS = 2_000;

/** What a program says may be of any length, and hold the NUL that PostgreSQL's text does not. */
function describe({ detail, technical }: JobFailure): string {
  const error = technical ? `${detail} (${technical})` : detail;
  return error.replaceAll('\0', '').slice(0, ERROR_MAX_CHARACTERS);
}
