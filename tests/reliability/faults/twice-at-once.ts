import { until } from '../../support/until.js';
import type { Fault } from '../fault.js';
import { runsBy, runsOf, type Run } from '../judge/runs.js';
import { freezeDecoders, thawDecoders } from '../lab/decoders.js';
import type { Lab } from '../lab/lab.js';
import { scale } from '../options.js';

const ROUNDS = scale(1, 4);
/** Seconds after which what a worker does that is not heard of is done by another one: as in worker-killed. */
const RUNS_AGAIN_WITHIN = 15;

const EXPIRE = `UPDATE jobs SET lease_expires_at = now() - interval '1 second'
  WHERE state = 'ACTIVE' AND (asset_id, starts) IN (SELECT * FROM unnest($1::uuid[], $2::int[]))`;

/** Two workers do the same job, and both come to its end: one of them commits. */
export const twiceAtOnce: Fault = {
  number: '10',
  title: 'the same job in two workers at once',
  on: ['postgres', 'redis'],
  async make(lab) {
    let times = 0;
    let slowest = 0;
    for (let round = 0; round < ROUNDS; round++) {
      // Each in its turn: one of them is the one that gives lost jobs to others.
      for (const worker of lab.workers) {
        const runs = await freezeDecoders(lab, worker);
        worker.kill('SIGSTOP');
        thawDecoders(worker);
        slowest = Math.max(slowest, await secondRun(lab, runs));
        worker.kill('SIGCONT');
        times += runs.length;
      }
      times += await stolen(lab);
    }
    return { times, recoverySeconds: slowest };
  },
};

/** Seconds until the last of the jobs of a worker that is not heard of ran elsewhere. */
async function secondRun(lab: Lab, runs: readonly Run[]): Promise<number> {
  const began = Date.now();
  // Those that were over before the worker stood still are not begun again.
  await until(
    () => Promise.all(runs.map((run) => isTaken(lab, run))),
    (taken) => taken.every(Boolean),
    90_000,
  );
  const again = await Promise.all(runs.map((run) => runsOf(lab, run.assetId)));
  const starts = again.flatMap((found) => found.slice(1).map(({ startedAt }) => startedAt));
  const slowest = Math.max(0, ...starts.map((start) => (start - began) / 1000));
  expect(slowest).toBeLessThan(RUNS_AGAIN_WITHIN);
  return slowest;
}

async function isTaken(lab: Lab, { assetId, number }: Run): Promise<boolean> {
  const [first, second] = (await runsOf(lab, assetId)).slice(number - 1);
  return second !== undefined || first?.outcome === 'COMPLETED';
}

/** Leases taken from jobs under way, which go on at the moment at which another worker has begun them again. */
async function stolen(lab: Lab): Promise<number> {
  const [worker] = lab.workers;
  if (!worker) throw new Error('no worker');
  const runs = await freezeDecoders(lab, worker);
  const isOurs = (run: Run) => runs.some(({ assetId, number }) => assetId === run.assetId && number === run.number);
  const ours = [runs.map(({ assetId }) => assetId), runs.map(({ number }) => number)];
  await until(
    async () => {
      // Again and again: the worker renews its leases meanwhile.
      await lab.sql(EXPIRE, ours);
      return (await runsBy(lab, worker)).filter(isOurs);
    },
    (all) => all.every(({ outcome }) => outcome === 'LOST'),
    90_000,
  );
  await secondRun(lab, runs);
  thawDecoders(worker);
  return runs.length;
}
