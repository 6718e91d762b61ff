import { signUp } from '../../support/account.js';
import type { StackProcess } from '../../support/stack-process.js';
import { until } from '../../support/until.js';
import type { Fault } from '../fault.js';
import { complaintsWhileStopping } from '../judge/complaints.js';
import { runsBy, runsOf, untilBusy, type Run } from '../judge/runs.js';
import { freezeDecoders } from '../lab/decoders.js';
import type { Lab } from '../lab/lab.js';
import { scale } from '../options.js';
import type { Traffic } from '../traffic/traffic.js';

const ROUNDS = scale(1, 5);
/** Seconds that a process is given to end. */
const SHUTDOWN_SECONDS = scale(5, 8);
const SETTINGS = { SHUTDOWN_TIMEOUT_SECONDS: String(SHUTDOWN_SECONDS) };
/** Seconds within which what was handed back runs elsewhere: a wake-up, not a lease that has to run out. */
const RUNS_ELSEWHERE_WITHIN = 3;
const REGISTRATIONS = 8;

/** Requests finish; jobs finish, or are handed back in time; a second signal ends at once; nobody complains. */
export const stopped: Fault = {
  number: '9',
  title: 'SIGTERM of worker and API during work',
  on: ['postgres', 'redis'],
  async make(lab, traffic) {
    let slowest = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await finishesItsJobs(lab);
      slowest = Math.max(slowest, await handsBackItsJobs(lab));
      await endsAtOnce(lab);
      await finishesItsRequests(lab, traffic);
    }
    return { times: ROUNDS * 4, recoverySeconds: slowest };
  },
};

async function finishesItsJobs(lab: Lab): Promise<void> {
  const [first] = await lab.replaceWorkers(2, SETTINGS);
  if (!first) throw new Error('no worker');
  await untilBusy(lab, first);
  await stopsCleanly(first);
  expect((await runsBy(lab, first)).filter(({ outcome }) => outcome !== 'COMPLETED')).toEqual([]);
}

/** Seconds from when the slowest of the jobs was handed back until it ran elsewhere. */
async function handsBackItsJobs(lab: Lab): Promise<number> {
  const { worker, runs } = await stuckWorker(lab);
  await lab.startWorker(SETTINGS);
  await stopsCleanly(worker);
  const waits = await Promise.all(runs.map((run) => untilElsewhere(lab, run)));
  expect(Math.max(...waits)).toBeLessThan(RUNS_ELSEWHERE_WITHIN);
  return Math.max(...waits);
}

async function endsAtOnce(lab: Lab): Promise<void> {
  const { worker } = await stuckWorker(lab);
  worker.kill('SIGTERM');
  await until(
    () => worker.lines.some((line) => line.includes('is stopping')),
    (said) => said,
  );
  const began = performance.now();
  worker.kill('SIGTERM');
  expect(await worker.ended).toBe(1);
  expect(performance.now() - began).toBeLessThan(1_000);
  await lab.startWorkers(2);
}

/** Passwords take a while to hash, so that most of these are under way when the first is answered. */
async function finishesItsRequests(lab: Lab, traffic: Traffic): Promise<void> {
  const api = lab.api;
  const registrations = Array.from({ length: REGISTRATIONS }, () => signUp(lab.url));
  await Promise.race(registrations);
  await stopsCleanly(api);
  await Promise.all(registrations);
  await lab.startApi();
  await traffic.more(1);
}

/** A worker alone, whose decoders have stopped in the middle of a job each. */
async function stuckWorker(lab: Lab): Promise<{ worker: StackProcess; runs: Run[] }> {
  const [worker] = await lab.replaceWorkers(1, SETTINGS);
  if (!worker) throw new Error('no worker');
  const runs = await freezeDecoders(lab, worker);
  return { worker, runs };
}

async function stopsCleanly(process: StackProcess): Promise<void> {
  const began = performance.now();
  process.kill('SIGTERM');
  expect(await process.ended).toBe(0);
  // Of which it may use up all but what is kept for connections to close in.
  expect((performance.now() - began) / 1000).toBeLessThan(SHUTDOWN_SECONDS + 1);
  expect(complaintsWhileStopping(process)).toEqual([]);
}

async function untilElsewhere(lab: Lab, run: Run): Promise<number> {
  const [released, next] = await until(
    async () => (await runsOf(lab, run.assetId)).slice(run.number - 1),
    ([, second]) => second !== undefined,
    60_000,
  );
  expect(released).toMatchObject({ outcome: 'RELEASED' });
  return ((next?.startedAt ?? 0) - (released?.finishedAt ?? 0)) / 1000;
}
