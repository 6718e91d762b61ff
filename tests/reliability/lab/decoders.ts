import { until } from '../../support/until.js';
import type { StackProcess } from '../../support/stack-process.js';
import { runsBy, type Run } from '../judge/runs.js';
import { decodersOf } from './children.js';
import type { Lab } from './lab.js';

/** Jobs at the same time in one worker: the default of WORKER_CONCURRENCY. */
const CONCURRENCY = 2;
/** A job whose decoder was done before it was stopped is over by then. */
const STUCK_AFTER_MS = 2_000;

/** Stops the decoders of a worker in the middle of a job each, as a file that hangs them would. Returns those jobs. */
export async function freezeDecoders(lab: Lab, worker: StackProcess): Promise<Run[]> {
  return until(
    async () => {
      const decoders = decodersOf(worker.pid);
      for (const decoder of decoders) process.kill(decoder, 'SIGSTOP');
      if (decoders.length < CONCURRENCY) return [];
      const running = (await runsBy(lab, worker)).filter(({ outcome }) => outcome === 'RUNNING');
      return running.filter(({ startedAt }) => Date.now() - startedAt > STUCK_AFTER_MS);
    },
    (stuck) => stuck.length === CONCURRENCY,
    60_000,
  );
}

/** They go on where they were. */
export function thawDecoders(worker: StackProcess): void {
  for (const decoder of decodersOf(worker.pid)) process.kill(decoder, 'SIGCONT');
}
