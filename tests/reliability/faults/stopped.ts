import { signUp } from '../../support/account.js';
import type { StackProcess } from '../../support/stack-process.js';
import { until } from '../../support/until.js';
import type { Fault } from '../fault.js';
import { complaintsWhileStopping, secondsToStop } from '../judge/complaints.js';
import { secondsToRecover } from '../judge/recovery.js';
import { runsBy, runsOf, untilBusy, type Run } from '../judge/runs.js';
import { decodersOf, isAlive } from '../lab/children.js';
import { freezeDecoders } from '../lab/decoders.js';
import { endOf } from '../lab/ends.js';
import type { Lab } from '../lab/lab.js';
import { scale } from '../options.js';
import type { Traffic } from '../traffic/traffic.js';

const ROUNDS = scale(1, 5);
/** Seconds that a process is given to end. Where there are two numbers, the first is for a machine that others share. */
const SHUTDOWN_SECONDS = 8;
/** Of which a slow and busy machine may take so many more. */
const LATE_SECONDS = scale(8, 2);
/** Seconds within which what was handed back runs elsewhere: a wake-up, not a lease (6 s) that has to run out. */
const RUNS_ELSEWHERE_WITHIN = 3;
/** Seconds within which a second signal ends: it waits for nothing of what the first one waits for. */
const ENDS_AT_ONCE = scale(6, 2);
const REGISTRATIONS = 8;

/** Requests finish; jobs finish, or are handed back in time; a second signal ends at once; nobody complains. */
export const stopped: Fault = {
  number: '9',
  title: 'SIGTERM of worker and API during work',
  on: ['postgres', 'redis'],
  async make(lab, traffic, say) {
    let slowest = 0;
    for (let round = 0; round < ROUNDS; round++) {
      say('a worker that finishes its jobs');
      await finishesItsJobs(lab);
      say('a worker that hands back its jobs');
      slowest = Math.max(slowest, await handsBackItsJobs(lab));
      say('a second signal');
      await endsAtOnce(lab);
      say('an API that finishes its requests');
      await finishesItsRequests(lab, traffic);
      say('a database that does not answer');
      slowest = Math.max(slowest, await endsThoughNobodyAnswers(lab, traffic));
    }
    return { times: ROUNDS * 5, recoverySeconds: slowest };
  },
};

async function finishesItsJobs(lab: Lab): Promise<void> {
  const [first] = await lab.replaceWorkers(2);
  if (!first) throw new Error('no worker');
  await untilBusy(lab, first);
  await stopsCleanly(first);
  const outcomes = new Set((await runsBy(lab, first)).map(({ outcome }) => outcome));
  expect([...outcomes].filter((outcome) => outcome !== 'COMPLETED' && outcome !== 'RELEASED')).toEqual([]);
}

/** Seconds from when the slowest of the jobs was handed back until it ran elsewhere. */
async function handsBackItsJobs(lab: Lab): Promise<number> {
  const { worker, runs } = await stuckWorker(lab);
  const other = await lab.startWorker();
  // The first files of a worker take longer: its decoders start.
  await until(
    async () => (await runsBy(lab, other)).some(({ outcome }) => outcome === 'COMPLETED'),
    (done) => done,
    60_000,
  );
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
  const decoders = decodersOf(worker.pid);
  worker.kill('SIGTERM');
  expect(await endOf(worker)).toBe(1);
  expect(secondsToStop(worker)).toBeLessThan(ENDS_AT_ONCE);
  // Stopped as they are, they do not see that their worker is gone.
  for (const decoder of decoders) process.kill(decoder, 'SIGCONT');
  await until(
    () => decoders.filter(isAlive),
    (left) => left.length === 0,
  );
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

/** A database that takes requests and answers none must not keep the processes from ending. Seconds to recover. */
async function endsThoughNobodyAnswers(lab: Lab, traffic: Traffic): Promise<number> {
  const processes = [lab.api, ...lab.workers];
  lab.postgres.freeze();
  for (const one of processes) one.kill('SIGTERM');
  await Promise.all(processes.map(endOf));
  lab.postgres.goOn();
  expect(Math.max(...processes.map(secondsToStop))).toBeLessThan(SHUTDOWN_SECONDS + LATE_SECONDS);
  await Promise.all([lab.startApi(), lab.startWorkers(2)]);
  // What could not be handed back is lost, and that is said: not while the next one is asked to stop.
  return secondsToRecover(lab, traffic);
}

/** A worker alone, whose decoders have stopped in the middle of a job each. */
async function stuckWorker(lab: Lab): Promise<{ worker: StackProcess; runs: Run[] }> {
  const [worker] = await lab.replaceWorkers(1);
  if (!worker) throw new Error('no worker');
  const runs = await freezeDecoders(lab, worker);
  return { worker, runs };
}

async function stopsCleanly(process: StackProcess): Promise<void> {
  process.kill('SIGTERM');
  expect(await endOf(process)).toBe(0);
  expect(secondsToStop(process)).toBeLessThan(SHUTDOWN_SECONDS + LATE_SECONDS);
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
