import { until } from '../../support/until.js';
import type { Lab } from '../lab/lab.js';

/** Waits until workers have no temporary files: those of jobs under way come and go, those that were left stay. */
export async function untilNoTempFiles(lab: Lab): Promise<void> {
  await until(
    () => lab.stack.tempFiles(),
    (files) => files.length === 0,
    60_000,
  );
}
