import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/database/database.js';
import { Prisma } from '#libs/database/generated/client.js';
import { isJobKind, JOB_KINDS, type JobKind } from '#libs/queue/job-kinds.js';
import { requeue } from '#libs/queue/requeue.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import type { Position } from '../http/page.js';
import { Problem } from '../problem/problem.js';
import type { RetryMany } from './job.schema.js';
import { lockJob, type LockedJob } from './lock-job.js';
import { WakeWorkers } from './wake-workers.js';

/** What these were for has ended with them. */
const FORGOTTEN = ['make-variant', 'fetch-url', 'export-account'] as const satisfies readonly JobKind[];
const RETRIED_TOGETHER = JOB_KINDS.filter((kind) => !(FORGOTTEN as readonly JobKind[]).includes(kind));

/** Jobs a transaction: short enough that nobody waits for its locks. */
const BATCH = 500;

type FailedJob = RetriedJob & { createdAt: Date };

type RetriedJob = Pick<LockedJob, 'id' | 'kind' | 'state' | 'assetId'>;

/** Lets jobs run again from the beginning. */
@Injectable()
export class RetryJobs {
  constructor(
    private readonly database: Database,
    private readonly wakeWorkers: WakeWorkers,
  ) {}

  /** @throws Problem JOB_NOT_FOUND, JOB_NOT_RETRYABLE */
  async one(id: string, caller: Caller, origin: Origin): Promise<void> {
    const { kind } = await this.database.transaction(async (tx) => {
      const job = await lockJob(tx, id);
      await refuseHopeless(tx, job);
      await restart(tx, [job]);
      const payload = { kind: job.kind, was: job.state };
      await recordAudit(tx, { action: 'job.retried', actor: caller, subject: { type: 'job', id }, payload }, origin);
      return job;
    });
    await this.wakeWorkers.of([kind]);
  }

  /** Every FAILED job that matches and whose asset is still there. Returns how many. */
  async many(filter: RetryMany, caller: Caller, origin: Origin): Promise<number> {
    let retried = 0;
    for (let after: Position | null = null, more = true; more;) {
      const batch: FailedJob[] = await this.database.transaction(async (tx) => {
        const jobs = await lockFailed(tx, filter, after);
        if (jobs.length === 0) return jobs;
        await restart(tx, jobs);
        const { kind = null, errorCode = null, tenantId = null, assetId = null } = filter;
        const payload = { kind, errorCode, tenantId, assetId };
        // One row for all of it, in the first transaction: what follows is cut short by nothing but a crash.
        if (after === null) await recordAudit(tx, { action: 'job.retried', actor: caller, payload }, origin);
        return jobs;
      });
      await this.wakeWorkers.of(batch.map((job) => job.kind));
      const last = batch.at(-1);
      if (last) after = { at: last.createdAt, id: last.id };
      more = batch.length === BATCH;
      retried += batch.length;
    }
    return retried;
  }
}

/** @throws Problem JOB_NOT_RETRYABLE, saying why */
async function refuseHopeless(tx: Transaction, { kind, state, assetId }: LockedJob): Promise<void> {
  const refusal = (detail: string): Problem => new Problem('JOB_NOT_RETRYABLE', detail);
  if (state === 'WAITING') throw refusal('The job is waiting for its turn already.');
  if (state === 'ACTIVE') throw refusal('The job is running; see what becomes of it.');
  if (state === 'COMPLETED') throw refusal('The job has succeeded; there is nothing left to do.');
  if (!isJobKind(kind)) throw refusal(`This version of the service has no jobs of the kind ${kind}.`);
  if (state !== 'DELAYED' && (FORGOTTEN as readonly string[]).includes(kind))
    throw refusal('Whoever asked for it has been told that it failed: it has to be asked for again.');
  if (assetId === null) return;
  const asset = await tx.asset.findUnique({ where: { id: assetId }, select: { id: true } });
  if (!asset) throw refusal('The asset that the job is about has been deleted.');
}

/** Newest first, so that each is looked at once even when it fails again meanwhile. */
async function lockFailed(tx: Transaction, filter: RetryMany, after: Position | null): Promise<FailedJob[]> {
  const { kind, errorCode, tenantId, assetId } = filter;
  const where = [
    Prisma.sql`kind = ANY(${RETRIED_TOGETHER.filter((one) => kind === undefined || one === kind)})`,
    ...(errorCode ? [Prisma.sql`error_code = ${errorCode}`] : []),
    ...(tenantId ? [Prisma.sql`tenant_id = ${tenantId}::uuid`] : []),
    ...(assetId ? [Prisma.sql`asset_id = ${assetId}::uuid`] : []),
    ...(after ? [Prisma.sql`(created_at, id) < (${after.at}, ${after.id}::uuid)`] : []),
  ];
  return tx.$queryRaw<FailedJob[]>`
    SELECT id, kind, state, asset_id AS "assetId", created_at AS "createdAt" FROM jobs
    WHERE state = 'FAILED' AND ${Prisma.join(where, ' AND ')}
      AND (asset_id IS NULL OR EXISTS (SELECT FROM assets WHERE assets.id = asset_id))
    ORDER BY created_at DESC, id DESC LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`;
}

/** Jobs and, where they are processed by them, assets: as if nothing had been tried. */
async function restart(tx: Transaction, jobs: readonly RetriedJob[]): Promise<void> {
  const assetIds = jobs.flatMap((job) => (job.kind === 'process-asset' && job.assetId ? [job.assetId] : []));
  await tx.asset.updateMany({
    where: { id: { in: assetIds }, status: { not: 'READY' } },
    data: { status: 'PENDING', failureCode: null, failureReason: null },
  });
  await tx.$executeRaw`
    UPDATE transcodes SET status = 'PENDING', failure_code = NULL, failure_reason = NULL, updated_at = now()
    FROM jobs WHERE jobs.id = ANY(${jobs.map(({ id }) => id)}::uuid[]) AND jobs.kind = 'transcode-video'
      AND transcodes.asset_id = jobs.asset_id AND transcodes.version = (jobs.payload->>'version')::int
      AND transcodes.status = 'FAILED'`;
  // Clocks after assets: the order in which reprocessing takes them.
  await requeue(
    tx,
    jobs.map((job) => job.id),
  );
}
