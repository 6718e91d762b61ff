import { setTimeout as delay } from 'node:timers/promises';
import type { StackProcess } from '../../support/stack-process.js';
import type { Fault } from '../fault.js';
import { endOf } from '../lab/ends.js';
import type { Lab } from '../lab/lab.js';
import { scale } from '../options.js';
import type { Traffic } from '../traffic/traffic.js';

/** Between what a complete has written and its commit; between the commit and the queue. */
const PLACES = ['complete:before-commit', 'complete:before-dispatch'];
const ROUNDS = scale(1, 5);

/** The clients ask again until they are answered, and each upload becomes one asset whatever they were told before. */
export const apiKilled: Fault = {
  number: '2',
  title: 'kill -9 of the API while it accepts an upload',
  on: ['postgres', 'redis'],
  async make(lab, traffic) {
    let slowest = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await killed(lab.api);
      for (const place of PLACES) {
        const api = await lab.startApi({ FAILPOINT: place });
        expect(await endOf(api)).toBe('SIGKILL');
      }
      slowest = Math.max(slowest, await comeBack(lab, traffic));
      // The next one is killed in the middle of whatever it is doing.
      await delay(Math.random() * 500);
    }
    return { times: ROUNDS * (PLACES.length + 1), recoverySeconds: slowest };
  },
};

async function killed(api: StackProcess): Promise<void> {
  api.kill('SIGKILL');
  await endOf(api);
}

/** Seconds until uploads are accepted again: the start of a process, mostly. */
async function comeBack(lab: Lab, traffic: Traffic): Promise<number> {
  const began = performance.now();
  await lab.startApi();
  await traffic.more(1);
  return (performance.now() - began) / 1000;
}
