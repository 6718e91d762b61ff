import { z } from 'zod';
import { JOB_KINDS } from '#libs/queue/job-kinds.js';
import { pageQuery } from '../http/page.js';

const jobState = z
  .enum(['WAITING', 'DELAYED', 'ACTIVE', 'COMPLETED', 'FAILED', 'CANCELLED'])
  .meta({ description: 'DELAYED: not before runAt. CANCELLED: by an administrator, or because its asset was deleted' });

const errorCode = z
  .string()
  .max(100)
  .regex(/^[\w.-]+$/, 'expected an error code such as STORE_UNAVAILABLE');

const summary = {
  id: z.uuid(),
  kind: z.string(),
  state: jobState,
  tier: z.enum(['interactive', 'bulk']).meta({ description: 'Bulk work waits until no interactive job does' }),
  tenantId: z.uuid(),
  assetId: z.uuid().nullable(),
  attemptsMade: z
    .int()
    .meta({ description: 'Runs that ended by the job’s own doing, since it was last retried by hand' }),
  maxAttempts: z.int(),
  losses: z.int().meta({ description: 'Runs whose worker was not heard of again' }),
  errorCode: z.string().nullable(),
  error: z.string().nullable().meta({ description: 'Why the last run failed' }),
  runAt: z.iso.datetime().meta({ description: 'Not before this' }),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
};

const attempt = z.object({
  number: z.int(),
  outcome: z.enum(['RUNNING', 'COMPLETED', 'FAILED', 'LOST', 'RELEASED', 'CANCELLED']).meta({
    description: 'LOST: its worker was not heard of again. RELEASED: given back by a worker that was shutting down',
  }),
  workerId: z.string(),
  errorCode: z.string().nullable(),
  error: z.string().nullable(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
});

export const jobSummarySchema = z.object(summary).meta({ id: 'JobSummary' });

export const jobSchema = z
  .object({
    ...summary,
    tenantName: z.string().nullable(),
    assetName: z.string().nullable().meta({ description: 'Its title, or its file’s name; null when it is deleted' }),
    payload: z.record(z.string(), z.unknown()),
    attempts: z.array(attempt).meta({ description: 'Every run, oldest first' }),
  })
  .meta({ id: 'Job' });

export const jobListQuery = z.strictObject({
  ...pageQuery,
  state: jobState.optional(),
  kind: z.enum(JOB_KINDS).optional(),
  assetId: z.uuid().optional(),
  tenantId: z.uuid().optional(),
  errorCode: errorCode.optional(),
});

export const retryManySchema = z
  .strictObject({
    kind: z.enum(JOB_KINDS).optional(),
    errorCode: errorCode.optional().meta({ examples: ['STORE_UNAVAILABLE'] }),
    tenantId: z.uuid().optional(),
    assetId: z.uuid().optional(),
  })
  .meta({ id: 'RetryJobs' });

export const retriedSchema = z.object({ retried: z.int() }).meta({ id: 'RetriedJobs' });

const counts = {
  waiting: z.int(),
  active: z.int(),
  delayed: z.int(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  oldestWaitingSeconds: z.number().meta({
    description: 'How long the job has been ready to run that has been so the longest; 0 when none is',
  }),
};

export const jobStatsSchema = z
  .object({
    ...counts,
    kinds: z
      .record(z.string(), z.object({ ...counts, paused: z.boolean() }))
      .meta({ description: 'The same, by kind' }),
  })
  .meta({ id: 'JobStats' });

export const queueSchema = z
  .object({ name: z.string(), paused: z.boolean(), counts: z.object(counts) })
  .meta({ id: 'Queue' });

export const queueStateSchema = z.object({ name: z.string(), paused: z.boolean() }).meta({ id: 'QueueState' });

export type JobSummary = z.infer<typeof jobSummarySchema>;
export type JobView = z.infer<typeof jobSchema>;
export type JobListQuery = z.infer<typeof jobListQuery>;
export type RetryMany = z.infer<typeof retryManySchema>;
export type JobStats = z.infer<typeof jobStatsSchema>;
export type QueueView = z.infer<typeof queueSchema>;
export type QueueState = z.infer<typeof queueStateSchema>;
