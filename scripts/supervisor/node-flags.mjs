/**
 * How Node is started for the worker, which only hands work on: V8 would let its heap grow to 150 MB more over time
 * before it tidied up. The same stands in Dockerfile.worker and docs/operations.md.
 */
export const WORKER_FLAGS = ['--max-semi-space-size=2', '--max-old-space-size=256'];
