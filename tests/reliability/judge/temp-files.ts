import { until } from '../../support/until.js';
import type { Lab } from '../lab/lab.js';

/** Waits until the workers' temporary files of now are gone: those of jobs under way come and go, those left stay. */
export async function untilNoTempFiles(lab: Lab): Promise<void> {
  const now = new Set(lab.stack.tempFiles());
  await until(
    () => lab.stack.tempFiles().filter((file) => now.has(file)),
    (left) => left.length === 0,
  );
}
