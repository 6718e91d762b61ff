/** Facts about a kind of job. Each kind has a BullMQ queue of its own, named like it. */
export interface JobKindOptions {
  /** Runs that may fail before it is FAILED: enough to outlast a store or a database that is away for some minutes. */
  maxAttempts: number;
  /** Wall-clock seconds of one run; then its work is ended. */
  timeoutSeconds: number;
  /** Wait before the second attempt; doubles with each further one, with jitter. */
  backoffMs: number;
  /** Runs at the same time in one worker process: as WORKER_CONCURRENCY or TRANSCODE_CONCURRENCY says, or a fixed number. */
  concurrency: 'setting' | 'transcode-setting' | number;
}

/** Total: a new kind does not compile until everything about it is said. */
export const jobKinds = {
  'process-asset': { maxAttempts: 10, timeoutSeconds: 300, backoffMs: 2_000, concurrency: 'setting' },
  'make-variant': { maxAttempts: 3, timeoutSeconds: 60, backoffMs: 500, concurrency: 'setting' },
  // Long films take hours: what ends a run is that it makes no progress, or its film's own length many times over.
  'transcode-video': { maxAttempts: 5, timeoutSeconds: 48 * 3600, backoffMs: 5_000, concurrency: 'transcode-setting' },
  // The time of one run is URL_FETCH_TIMEOUT_SECONDS.
  'fetch-url': { maxAttempts: 4, timeoutSeconds: 48 * 3600, backoffMs: 5_000, concurrency: 4 },
  'delete-objects': { maxAttempts: 50, timeoutSeconds: 120, backoffMs: 1_000, concurrency: 2 },
  'strip-location': { maxAttempts: 10, timeoutSeconds: 3600, backoffMs: 2_000, concurrency: 2 },
  // Timelines are right without it: it makes them cheap, and tells those who are mentioned.
  'fan-out-post': { maxAttempts: 20, timeoutSeconds: 120, backoffMs: 1_000, concurrency: 2 },
  // As long as a tenant's files take from the store and back into it.
  'export-account': { maxAttempts: 5, timeoutSeconds: 24 * 3600, backoffMs: 10_000, concurrency: 1 },
  'erase-account': { maxAttempts: 50, timeoutSeconds: 600, backoffMs: 2_000, concurrency: 1 },
} as const satisfies Record<string, JobKindOptions>;

export type JobKind = keyof typeof jobKinds;

export const JOB_KINDS = Object.keys(jobKinds) as [JobKind, ...JobKind[]];

export const isJobKind = (name: string): name is JobKind => Object.hasOwn(jobKinds, name);

/** Runs whose worker died before the job is held to be the cause and FAILED. */
export const MAX_LOSSES = 5;

/** Longest wait between two attempts. */
const MAX_BACKOFF_MS = 10 * 60_000;

/**
 * Milliseconds until the next attempt: exponential, with up to half of it taken off at random
 * so that jobs which failed together do not come back together.
 */
export function backoffMs(kind: JobKind, attemptsMade: number, random: () => number = Math.random): number {
  const full = Math.min(MAX_BACKOFF_MS, jobKinds[kind].backoffMs * 2 ** (attemptsMade - 1));
  return Math.round(full * (1 - random() / 2));
}
