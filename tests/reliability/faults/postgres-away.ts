import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../../support/account.js';
import type { Fault } from '../fault.js';
import { badAnswers } from '../judge/calls.js';
import { secondsToRecover } from '../judge/recovery.js';
import type { Lab } from '../lab/lab.js';
import { scale } from '../options.js';

const CUTS = scale(3, 20);
const CUT_EVERY_MS = 400;
const STOPS = scale(1, 3);
const STOPPED_SECONDS = scale(5, 20);
/** Seconds in which a client is told that the database is away: longer than a connection is waited for, and than others take. */
const TOLD_WITHIN = scale(15, 5);

const FREEZES = scale(0, 2);
/** Longer than a statement is waited for (`query_timeout`), which nobody else can end. */
const FROZEN_TOLD_WITHIN = 25;

/** Of all workers: who asks in vain waits before asking again. */
const LINES_A_SECOND = 20;

/** 503 in between, each time at once and with when to come back; then all goes on in the same processes. */
export const postgresAway: Fault = {
  number: '4',
  title: 'PostgreSQL stopped, frozen, and its connections cut',
  on: ['postgres', 'redis'],
  async make(lab, traffic) {
    const pids = () => [lab.api, ...lab.workers].map(({ pid }) => pid);
    const before = pids();
    const since = Date.now();
    let slowest = 0;
    for (let stop = 0; stop < STOPS; stop++) {
      await cutConnections(lab);
      const said = saidSoFar(lab);
      const began = performance.now();
      await lab.postgres.stop();
      await isToldSo(lab);
      expect(saidSoFar(lab) - said).toBeLessThan(((performance.now() - began) / 1000) * LINES_A_SECOND);
      await lab.postgres.start();
      slowest = Math.max(slowest, await secondsToRecover(lab, traffic));
    }
    for (let freeze = 0; freeze < FREEZES; freeze++) {
      lab.postgres.freeze();
      await isToldOnce(lab, FROZEN_TOLD_WITHIN);
      lab.postgres.goOn();
      slowest = Math.max(slowest, await secondsToRecover(lab, traffic));
    }
    expect(badAnswers(traffic.callsSince(since), 'DATABASE_UNAVAILABLE')).toEqual([]);
    expect(pids()).toEqual(before);
    return { times: STOPS * (CUTS + 1) + FREEZES, recoverySeconds: slowest };
  },
};

/** Lines in the logs of the workers. */
const saidSoFar = (lab: Lab): number => lab.workers.reduce((sum, { lines }) => sum + lines.length, 0);

async function cutConnections(lab: Lab): Promise<void> {
  for (let cut = 0; cut < CUTS; cut++) {
    await lab.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    await delay(CUT_EVERY_MS);
  }
}

/** Asks all the time: each answer must be honest and must not be waited for. */
async function isToldSo(lab: Lab): Promise<void> {
  const end = Date.now() + STOPPED_SECONDS * 1000;
  while (Date.now() < end) {
    await isToldOnce(lab, TOLD_WITHIN);
    await delay(200);
  }
}

async function isToldOnce(lab: Lab, withinSeconds: number): Promise<void> {
  const began = performance.now();
  const asked = { email: 'somebody@example.com', password: 'not that it matters' };
  const { status, headers, body } = await ask(lab.url, 'POST', '/auth/login', asked);
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'DATABASE_UNAVAILABLE' });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect((performance.now() - began) / 1000).toBeLessThan(withinSeconds);
}
