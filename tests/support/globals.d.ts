/** Set by environment.mjs. */
declare var aTestHasFailed: boolean | undefined;
