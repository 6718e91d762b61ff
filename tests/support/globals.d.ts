/** Set by environment.mjs. */
declare var aTestHasFailed: boolean | undefined;

declare module '*/scripts/supervisor/node-flags.mjs' {
  export const API_FLAGS: readonly string[];
  export const WORKER_FLAGS: readonly string[];
}
