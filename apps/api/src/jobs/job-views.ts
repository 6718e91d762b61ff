import type { Prisma } from '#libs/database/generated/client.js';
import type { JobSummary, JobView } from './job.schema.js';

export const withRuns = { runs: { orderBy: { number: 'asc' } } } as const satisfies Prisma.JobInclude;

type JobRow = Prisma.JobGetPayload<object>;
type JobRowWithRuns = Prisma.JobGetPayload<{ include: typeof withRuns }>;

export function toSummary(row: JobRow): JobSummary {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    tier: row.tier === 0 ? 'interactive' : 'bulk',
    tenantId: row.tenantId,
    assetId: row.assetId,
    attemptsMade: row.attempts,
    maxAttempts: row.maxAttempts,
    losses: row.losses,
    errorCode: row.errorCode,
    error: row.error,
    runAt: row.runAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

export function toView(row: JobRowWithRuns, names: Pick<JobView, 'tenantName' | 'assetName'>): JobView {
  return {
    ...toSummary(row),
    ...names,
    payload: row.payload as JobView['payload'],
    attempts: row.runs.map((run) => ({
      number: run.number,
      outcome: run.outcome,
      workerId: run.workerId,
      errorCode: run.errorCode,
      error: run.error,
      startedAt: run.startedAt.toISOString(),
      finishedAt: run.finishedAt?.toISOString() ?? null,
    })),
  };
}
