/**
 * How Node is started for the API: V8 would let its heap grow as far as the machine's memory allows before it tidied up, by
 * 200 MB when 2,000 requests come at once. The same stands in Dockerfile.api and docs/operations.md.
 */
export const API_FLAGS = ['--max-semi-space-size=8', '--max-old-space-size=512'];

/**
 * How Node is started for the worker, which only hands work on: V8 would let its heap grow to 150 MB more over time
 * before it tidied up. The same stands in Dockerfile.worker and docs/operations.md.
 */
export const WORKER_FLAGS = ['--max-semi-space-size=2', '--max-old-space-size=256'];

/** glibc would keep an arena a thread and hold on to what is freed in it: 25 MB. Read when a process begins, so not the worker's to set. */
export const WORKER_ENVIRONMENT = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '1048576',
  MALLOC_MMAP_THRESHOLD_: '262144',
};
