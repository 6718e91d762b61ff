import { setTimeout as delay } from 'node:timers/promises';
import { signUp } from '../../support/account.js';
import { until } from '../../support/until.js';
import type { Fault } from '../fault.js';
import { badAnswers } from '../judge/calls.js';
import { secondsToRecover } from '../judge/recovery.js';
import { runsOf } from '../judge/runs.js';
import { clockOff } from '../lab/clock.js';
import type { Lab } from '../lab/lab.js';
import { scale } from '../options.js';
import { another, photos, type Traffic } from '../traffic/traffic.js';

const MINUTES = 10;
const SECONDS = scale(3, 30);
/** Obeyed by decoders under test. */
const CRASH = 'media-inbox-test:abort';
/** Seconds: the pause before a second attempt, not the minutes by which clocks are wrong. */
const TRIED_AGAIN_WITHIN = 20;

/** Leases, delays and the order of jobs go by the clock of the database; what is signed is good for longer than that. */
export const clocksApart: Fault = {
  number: '12',
  title: `clocks of API and worker wrong by ${MINUTES} minutes`,
  on: ['postgres', 'redis'],
  mayFail: ['PROCESSOR_CRASHED'],
  async make(lab, traffic) {
    const since = Date.now();
    let slowest = 0;
    for (const minutes of [MINUTES, -MINUTES]) {
      await lab.api.stop();
      await Promise.all([lab.startApi(clockOff(minutes)), lab.replaceWorkers(2, clockOff(-minutes))]);
      expect(await skewOf(lab)).toBeCloseTo(minutes, 0);
      await delay(SECONDS * 1000);
      slowest = Math.max(slowest, await secondsToRecover(lab, traffic));
      await newcomersAreServed(lab);
      await failuresAreTriedAgain(lab, traffic);
    }
    const calls = traffic.callsSince(since).filter(({ status }) => status !== 0);
    expect(badAnswers(calls, 'nothing may be away')).toEqual([]);
    await lab.api.stop();
    await Promise.all([lab.startApi(), lab.replaceWorkers(2)]);
    return { times: 2, recoverySeconds: slowest };
  },
};

/** Minutes by which the clock of the API is ahead of ours. */
async function skewOf(lab: Lab): Promise<number> {
  const { headers } = await fetch(`${lab.url}/health`);
  return (Date.parse(headers.get('date') ?? '') - Date.now()) / 60_000;
}

/** Whose token is made and read by a clock that is wrong. */
async function newcomersAreServed(lab: Lab): Promise<void> {
  const account = await signUp(lab.url);
  const [picture] = await photos();
  if (!picture) throw new Error('no picture');
  const { assetId } = await account.upload(another(picture));
  expect(await account.settled(assetId)).toMatchObject({ status: 'READY' });
  expect((await account.ask('DELETE', `/assets/${assetId}?permanent=true`)).status).toBe(204);
}

async function failuresAreTriedAgain(lab: Lab, traffic: Traffic): Promise<void> {
  const [picture] = await photos();
  if (!picture) throw new Error('no picture');
  const upload = await traffic.send(another(picture, CRASH));
  await until(
    () => traffic.show(upload),
    ({ status }) => status === 'FAILED',
    120_000,
  );
  const [first, second] = await runsOf(lab, upload.assetId);
  expect(((second?.startedAt ?? Infinity) - (first?.finishedAt ?? 0)) / 1000).toBeLessThan(TRIED_AGAIN_WITHIN);
}
