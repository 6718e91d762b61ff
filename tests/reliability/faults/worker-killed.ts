import { setTimeout as delay } from 'node:timers/promises';
import type { StackProcess } from '../../support/stack-process.js';
import { until } from '../../support/until.js';
import type { Fault } from '../fault.js';
import { endOf } from '../lab/ends.js';
import type { Lab } from '../lab/lab.js';
import { scale } from '../options.js';

/** Before the download and in it, before the decode and after it, before the commit and after it. */
const PLACES = ['job:claimed', 'job:fetching', 'job:fetched', 'job:processed', 'job:stored', 'job:committed'];
const ROUNDS = scale(1, 3);
const RANDOM_KILLS = scale(3, 32);
/** Seconds within which what a dead worker did runs again. */
const RUNS_AGAIN_WITHIN = 15;

/** A process that is no more, and since when (milliseconds since the epoch). */
interface Death {
  pid: number;
  at: number;
}

export const workerKilled: Fault = {
  number: '1',
  title: 'kill -9 of a worker',
  on: ['postgres', 'redis'],
  traffic: { accounts: 6, pauseMs: 200 },
  async make(lab, traffic) {
    const deaths: Death[] = [];
    for (let round = 0; round < ROUNDS; round++)
      deaths.push(...(await Promise.all(PLACES.map((place) => dieAt(lab, place)))));
    for (let kill = 0; kill < RANDOM_KILLS; kill++) deaths.push(await killOne(lab));
    await traffic.more(5);
    const slowest = await slowestSecondRun(lab, deaths);
    expect(slowest).toBeLessThan(RUNS_AGAIN_WITHIN);
    return { times: deaths.length, recoverySeconds: slowest };
  },
};

async function dieAt(lab: Lab, place: string): Promise<Death> {
  const worker = await lab.startWorker({ FAILPOINT: place });
  return death(worker);
}

/** At a random moment; another one takes its place, as under a supervisor. */
async function killOne(lab: Lab): Promise<Death> {
  await delay(Math.random() * 1_000);
  const { workers } = lab;
  const victim = workers[Math.floor(Math.random() * workers.length)];
  if (!victim) throw new Error('no worker to kill');
  victim.kill('SIGKILL');
  const died = await death(victim);
  await lab.startWorker();
  return died;
}

async function death(worker: StackProcess): Promise<Death> {
  expect(await endOf(worker)).toBe('SIGKILL');
  return { pid: worker.pid, at: Date.now() };
}

/** Seconds from the death of a worker until the last of the jobs that it was at ran again. */
async function slowestSecondRun(lab: Lab, deaths: readonly Death[]): Promise<number> {
  const died = new Map(deaths.map(({ pid, at }) => [pid, at]));
  const runs = await until(
    () => cutShort(lab, [...died.keys()]),
    (found) => found.every(({ again }) => again !== null),
    60_000,
  );
  return Math.max(0, ...runs.map(({ pid, again }) => (Number(again) - (died.get(pid) ?? 0)) / 1000));
}

/** Runs that ended with their worker, and when (milliseconds since the epoch) the same job was begun again. */
function cutShort(lab: Lab, pids: number[]): Promise<{ pid: number; again: number | null }[]> {
  return lab.sql(
    `SELECT pid, EXTRACT(EPOCH FROM next.started_at)::float * 1000 AS again
     FROM (SELECT *, (regexp_match(worker_id, '-(\\d+)-[0-9a-f]+$'))[1]::int AS pid FROM job_attempts) AS run
     LEFT JOIN job_attempts AS next ON next.job_id = run.job_id AND next.number = run.number + 1
     WHERE pid = ANY($1) AND run.outcome IN ('RUNNING', 'LOST')`,
    [pids],
  );
}
