import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../../support/account.js';
import type { Fault } from '../fault.js';
import { badAnswers, slowestOf } from '../judge/calls.js';
import { secondsToRecover } from '../judge/recovery.js';
import type { Lab } from '../lab/lab.js';
import { scale } from '../options.js';
import type { Traffic } from '../traffic/traffic.js';

const FLUSHES = scale(5, 30);
const FLUSH_EVERY_MS = 300;
const ROUNDS = scale(1, 3);
/** Longer than is waited for, so that whoever waited for Redis would be found out. */
const AWAY_SECONDS = 30;
/** An upload is accepted, a queue paused, whether there is a queue or not: in that time, or as slowly as before. */
const COMPLETES_WITHIN_MS = 2_000;
const SLOWER_BY = 3;

/** A complete needs PostgreSQL only: it goes on as if nothing were. What waits is found again. */
export const redisAway: Fault = {
  number: '3',
  title: 'Redis flushed, frozen, killed and started empty',
  on: ['redis'],
  async make(lab, traffic) {
    const slowestBefore = slowestOf(traffic.calls.filter(({ what }) => what === 'complete'));
    const withinMs = Math.max(COMPLETES_WITHIN_MS, SLOWER_BY * slowestBefore);
    for (let flush = 0; flush < FLUSHES; flush++) {
      await lab.redis.flush();
      await delay(FLUSH_EVERY_MS);
    }
    let slowest = await secondsToRecover(lab, traffic);
    for (let round = 0; round < ROUNDS; round++) {
      lab.redis.freeze();
      await uploadsGoOn(lab, traffic, withinMs);
      lab.redis.goOn();
      slowest = Math.max(slowest, await secondsToRecover(lab, traffic));
      await lab.redis.kill();
      await uploadsGoOn(lab, traffic, withinMs);
      await lab.redis.start();
      slowest = Math.max(slowest, await secondsToRecover(lab, traffic));
    }
    return { times: FLUSHES + ROUNDS * 2, recoverySeconds: slowest };
  },
};

async function uploadsGoOn(lab: Lab, traffic: Traffic, withinMs: number): Promise<void> {
  const since = Date.now();
  await delay((AWAY_SECONDS * 1000) / 2);
  const ready = await ask<{ checks: { queue: { status: string } } }>(lab.url, 'GET', '/health/ready');
  expect(ready).toMatchObject({ status: 503, body: { checks: { queue: { status: 'down' } } } });
  await queuesCanBeRun(lab, withinMs);
  await delay((AWAY_SECONDS * 1000) / 2);
  await traffic.more(1);
  const calls = traffic.callsSince(since);
  expect(badAnswers(calls, 'nothing may be away')).toEqual([]);
  expect(slowestOf(calls.filter(({ what }) => what === 'complete'))).toBeLessThan(withinMs);
}

/** Pausing and resuming are rows, which the workers follow when the queue is back. */
async function queuesCanBeRun(lab: Lab, withinMs: number): Promise<void> {
  const admin = await lab.stack.admin();
  for (const what of ['pause', 'resume']) {
    const began = performance.now();
    const { status } = await admin.ask('POST', `/queues/make-variant/${what}`);
    expect(status).toBe(200);
    expect(performance.now() - began).toBeLessThan(withinMs);
  }
}
