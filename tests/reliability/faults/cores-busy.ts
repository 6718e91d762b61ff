import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../fault.js';
import { secondsToRecover } from '../judge/recovery.js';
import { runsSince } from '../judge/runs.js';
import { freezeDecoders, thawDecoders } from '../lab/decoders.js';
import type { Lab } from '../lab/lab.js';
import { soakMinutes } from '../options.js';

/** Longer than BullMQ keeps a lock that is not renewed: 30 s. */
const LONG_JOB_SECONDS = 45;
const COMPLAINT = /renew|lock|lease|stalled/i;

/** Leases and locks outlast every job, however busy the machine is. */
export const coresBusy: Fault = {
  number: '13',
  title: `every core busy for ${soakMinutes} minutes, with jobs longer than a lock`,
  on: soakMinutes > 0 ? ['postgres', 'redis'] : [],
  async make(lab, traffic) {
    const since = Date.now();
    const end = since + soakMinutes * 60_000;
    const burners = Array.from({ length: availableParallelism() }, burn);
    try {
      while (Date.now() < end) await longJobs(lab);
    } finally {
      await Promise.all(burners.map(stop));
    }
    const recoverySeconds = await secondsToRecover(lab, traffic);
    const runs = await runsSince(lab, since);
    expect(runs.filter(({ outcome }) => outcome !== 'COMPLETED' && outcome !== 'RUNNING')).toEqual([]);
    expect(complaints(lab)).toEqual([]);
    return { times: 1, recoverySeconds };
  },
};

/** Jobs that take longer than a lock lasts, in each worker in its turn. */
async function longJobs(lab: Lab): Promise<void> {
  for (const worker of lab.workers) {
    await freezeDecoders(lab, worker);
    await delay(LONG_JOB_SECONDS * 1000);
    thawDecoders(worker);
  }
}

function complaints(lab: Lab): string[] {
  const lines = lab.workers.flatMap((worker) => worker.lines);
  return lines.filter((line) => !line.includes('"level":"info"') && COMPLAINT.test(line));
}

function burn(): ChildProcess {
  // Not for longer than we live, however we end.
  const program = 'const parent = process.ppid; while (process.ppid === parent) for (let i = 0; i < 1e7; i++);';
  return spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
}

async function stop(burner: ChildProcess): Promise<void> {
  const ended = once(burner, 'exit');
  burner.kill('SIGKILL');
  await ended;
}
