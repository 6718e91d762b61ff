import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/until.js';
import type { Fault } from '../fault.js';
import { badAnswers } from '../judge/calls.js';
import { secondsToRecover } from '../judge/recovery.js';
import { runsSince } from '../judge/runs.js';
import type { Lab } from '../lab/lab.js';
import { scale } from '../options.js';
import type { Traffic } from '../traffic/traffic.js';

const FULL_SECONDS = scale(4, 15);
/** Room for some files and not for all: what a decoder writes may be what does not fit. */
const LITTLE_ROOM = [0, 50_000, 250_000];

export const tempDiskFull: Fault = {
  number: '6a',
  title: 'no room for temporary files',
  on: ['postgres', 'redis'],
  async make(lab, traffic) {
    const since = Date.now();
    for (const bytes of LITTLE_ROOM) {
      lab.disks.temp.makeRoom();
      lab.disks.temp.fill(bytes);
      await delay((FULL_SECONDS * 1000) / LITTLE_ROOM.length);
    }
    await untilFailedWith(lab, since, 'DISK_FULL');
    lab.disks.temp.makeRoom();
    const recoverySeconds = await secondsToRecover(lab, traffic);
    expect(await codesSince(lab, since)).toEqual(['DISK_FULL']);
    expect(badAnswers(traffic.callsSince(since), 'nothing may be away')).toEqual([]);
    return { times: LITTLE_ROOM.length, recoverySeconds };
  },
};

export const objectDiskFull: Fault = {
  number: '6b',
  title: 'no room for objects',
  on: ['postgres'],
  async make(lab, traffic) {
    const since = Date.now();
    // A job that has fetched its file finds no room for what it made of it.
    await traffic.more(1);
    lab.disks.objects.fill();
    await delay(FULL_SECONDS * 1000);
    await until(
      () => refused(traffic, since),
      (answers) => answers > 0,
    );
    lab.disks.objects.makeRoom();
    const recoverySeconds = await secondsToRecover(lab, traffic);
    expect(badAnswers(traffic.callsSince(since), 'STORE_UNAVAILABLE')).toEqual([]);
    expect(['', 'STORE_UNAVAILABLE']).toContain((await codesSince(lab, since)).join());
    return { times: 1, recoverySeconds };
  },
};

export const databaseDiskFull: Fault = {
  number: '6c',
  title: 'no room for the database',
  on: ['postgres', 'redis'],
  async make(lab, traffic) {
    const since = Date.now();
    lab.disks.database.fill();
    await useUpTheLog(lab);
    await until(
      () => traffic.callsSince(since).filter(({ status }) => status === 503).length,
      (answers) => answers > 0,
      60_000,
    );
    await delay(FULL_SECONDS * 1000);
    lab.disks.database.makeRoom();
    // As the supervisor of npm start does for one that died, which PostgreSQL does when its log has no room.
    if (!lab.postgres.isRunning) await lab.postgres.start();
    const recoverySeconds = await secondsToRecover(lab, traffic);
    expect(badAnswers(traffic.callsSince(since), 'DATABASE_UNAVAILABLE')).toEqual([]);
    return { times: 1, recoverySeconds };
  },
};

/** The write-ahead log has room of its own, 16 MB at a time: it is used up until PostgreSQL cannot go on. */
async function useUpTheLog(lab: Lab): Promise<void> {
  for (let megabytes = 0; megabytes < 64; megabytes++)
    try {
      await lab.sql(`SELECT pg_logical_emit_message(false, 'reliability', repeat('x', 1024 * 1024), true)`);
    } catch {
      // Whatever it says: there is no room any more.
      return;
    }
  throw new Error('the log of PostgreSQL found room where there was none');
}

const refused = (traffic: Traffic, since: number): number =>
  traffic.callsSince(since, 'put').filter(({ code }) => code === 'STORE_UNAVAILABLE').length;

async function untilFailedWith(lab: Lab, since: number, code: string): Promise<void> {
  await until(
    () => codesSince(lab, since),
    (codes) => codes.includes(code),
    120_000,
  );
}

/** Why runs have failed, each code once. */
async function codesSince(lab: Lab, since: number): Promise<string[]> {
  const runs = await runsSince(lab, since);
  return [...new Set(runs.flatMap(({ errorCode }) => (errorCode === null ? [] : [errorCode])))].sort();
}
