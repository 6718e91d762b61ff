import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../fault.js';
import { badAnswers } from '../judge/calls.js';
import { secondsToRecover } from '../judge/recovery.js';
import { runsSince } from '../judge/runs.js';
import type { Behaviour } from '../lab/fault-proxy.js';
import type { Lab } from '../lab/lab.js';
import { scale } from '../options.js';
import type { Traffic } from '../traffic/traffic.js';

const ROUNDS = scale(1, 2);
const DOWN_SECONDS = scale(5, 30);
const BAD_SECONDS = scale(3, 15);
const SLOW_MS = 1_500;
const BEHAVIOURS: readonly Behaviour[] = [
  { kind: 'hang' },
  { kind: 'slow', milliseconds: SLOW_MS },
  { kind: 'fail', status: 500 },
  { kind: 'fail', status: 503 },
  { kind: 'cut' },
];

/** Uploads go on while their runs are looked at. */
const UNHARMED = new Set(['COMPLETED', 'RUNNING']);

/** What the API says is that the store is away; jobs are tried again until it is back. */
export const storeAway: Fault = {
  number: '5',
  title: 'S3 stopped, hanging, slow, failing, cutting downloads',
  on: ['redis', 'postgres-s3'],
  async make(lab, traffic) {
    const since = Date.now();
    let slowest = 0;
    for (let round = 0; round < ROUNDS; round++) {
      slowest = Math.max(slowest, await stopStore(lab, traffic));
      for (const behaviour of BEHAVIOURS) {
        lab.s3.proxy.behave(behaviour);
        await delay(BAD_SECONDS * 1000);
        lab.s3.proxy.behave({ kind: 'pass' });
        slowest = Math.max(slowest, await secondsToRecover(lab, traffic));
      }
    }
    // The answers to a PUT are the store's own.
    const ours = traffic.callsSince(since).filter(({ what }) => what !== 'put');
    expect(badAnswers(ours, 'STORE_UNAVAILABLE')).toEqual([]);
    const failures = (await runsSince(lab, since)).filter(({ outcome }) => !UNHARMED.has(outcome));
    const kinds = new Set(failures.map(({ outcome, errorCode }) => `${outcome} ${errorCode}`));
    expect([...kinds]).toEqual(['FAILED STORE_UNAVAILABLE']);
    return { times: lab.s3.proxy.injected, recoverySeconds: slowest };
  },
};

async function stopStore(lab: Lab, traffic: Traffic): Promise<number> {
  await lab.s3.proxy.down();
  await delay(DOWN_SECONDS * 1000);
  await lab.s3.proxy.up();
  return secondsToRecover(lab, traffic);
}
