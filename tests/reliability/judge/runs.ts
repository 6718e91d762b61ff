import { until } from '../../support/until.js';
import type { StackProcess } from '../../support/stack-process.js';
import type { Lab } from '../lab/lab.js';

export interface Run {
  assetId: string;
  /** Process id of the worker. */
  pid: number;
  number: number;
  outcome: string;
  errorCode: string | null;
  /** Milliseconds since the epoch, by the clock of the database. */
  startedAt: number;
  finishedAt: number | null;
}

const RUNS = `
  SELECT asset_id AS "assetId", (regexp_match(worker_id, '-(\\d+)-[0-9a-f]+$'))[1]::int AS pid, number, outcome,
    job_attempts.error_code AS "errorCode",
    EXTRACT(EPOCH FROM job_attempts.started_at)::float * 1000 AS "startedAt",
    EXTRACT(EPOCH FROM job_attempts.finished_at)::float * 1000 AS "finishedAt"
  FROM job_attempts JOIN jobs ON jobs.id = job_id WHERE kind = 'process-asset'`;

/** Every time that a worker began to process an asset, in order. */
export const runsOf = (lab: Lab, assetId: string): Promise<Run[]> =>
  lab.sql<Run>(`${RUNS} AND asset_id = $1 ORDER BY number`, [assetId]);

export const runsSince = (lab: Lab, milliseconds: number): Promise<Run[]> =>
  lab.sql<Run>(`${RUNS} AND job_attempts.started_at >= to_timestamp($1::float / 1000)`, [milliseconds]);

export const runsBy = async (lab: Lab, { pid }: StackProcess): Promise<Run[]> =>
  (await lab.sql<Run>(RUNS)).filter((run) => run.pid === pid);

/** Waits until a worker is processing something. */
export const untilBusy = (lab: Lab, worker: StackProcess, count = 1): Promise<Run[]> =>
  until(
    async () => (await runsBy(lab, worker)).filter(({ outcome }) => outcome === 'RUNNING'),
    (running) => running.length >= count,
    60_000,
  );
