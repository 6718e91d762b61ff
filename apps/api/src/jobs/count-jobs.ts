import type { Database } from '#libs/database/database.js';
import { JOB_KINDS } from '#libs/queue/job-kinds.js';

export interface JobCounts {
  waiting: number;
  active: number;
  delayed: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** How long the job has been ready to run that has been so the longest; 0 when none is. */
  oldestWaitingSeconds: number;
}

export interface KindCounts extends JobCounts {
  kind: string;
  paused: boolean;
}

const COUNT = `
  WITH counted AS (
    SELECT kind, state, count(*) AS jobs FROM jobs GROUP BY kind, state
  ), due AS (
    SELECT kind, run_at FROM jobs WHERE state = 'WAITING'
    UNION ALL SELECT kind, run_at FROM jobs WHERE state = 'DELAYED' AND run_at <= now()
  ), ready AS (
    SELECT kind, min(run_at) AS since FROM due GROUP BY kind
  ), kinds AS (
    SELECT unnest($1::text[]) AS kind UNION SELECT kind FROM counted
  )
  SELECT kind,
    COALESCE(sum(jobs) FILTER (WHERE state = 'WAITING'), 0)::int AS waiting,
    COALESCE(sum(jobs) FILTER (WHERE state = 'ACTIVE'), 0)::int AS active,
    COALESCE(sum(jobs) FILTER (WHERE state = 'DELAYED'), 0)::int AS delayed,
    COALESCE(sum(jobs) FILTER (WHERE state = 'COMPLETED'), 0)::int AS completed,
    COALESCE(sum(jobs) FILTER (WHERE state = 'FAILED'), 0)::int AS failed,
    COALESCE(sum(jobs) FILTER (WHERE state = 'CANCELLED'), 0)::int AS cancelled,
    COALESCE(round(extract(epoch FROM now() - max(since)), 1), 0)::float8 AS "oldestWaitingSeconds",
    EXISTS (SELECT FROM queues WHERE name = kind AND paused) AS paused
  FROM kinds LEFT JOIN counted USING (kind) LEFT JOIN ready USING (kind)
  GROUP BY kind ORDER BY kind`;

/** How many jobs of each kind are in each state, also of kinds that have none; from one snapshot. */
export function countJobs(database: Database): Promise<KindCounts[]> {
  return database.query<KindCounts>('count-jobs', COUNT, [JOB_KINDS]);
}

/** All kinds together. */
export function sumCounts(kinds: readonly JobCounts[]): JobCounts {
  const sum = (of: (counts: JobCounts) => number): number => kinds.reduce((total, counts) => total + of(counts), 0);
  return {
    waiting: sum(({ waiting }) => waiting),
    active: sum(({ active }) => active),
    delayed: sum(({ delayed }) => delayed),
    completed: sum(({ completed }) => completed),
    failed: sum(({ failed }) => failed),
    cancelled: sum(({ cancelled }) => cancelled),
    oldestWaitingSeconds: Math.max(0, ...kinds.map((counts) => counts.oldestWaitingSeconds)),
  };
}
