import { until } from '../../support/until.js';
import type { AssetBody } from '../../support/account.js';
import type { Fault } from '../fault.js';
import { secondsToRecover } from '../judge/recovery.js';
import { runsOf, runsSince } from '../judge/runs.js';
import type { Lab } from '../lab/lab.js';
import { scale } from '../options.js';
import type { Accepted } from '../traffic/persistent-client.js';
import { another, photos, type Traffic } from '../traffic/traffic.js';

const FILES = scale(2, 10);
/** Obeyed by decoders under test. */
const CRASH = 'media-inbox-test:abort';
const TRIED = 2;
const FAILED_WITHIN_MS = 60_000;

/** Tried twice, then set aside with the reason; nobody else loses anything by it, and an admin can have it tried again. */
export const poison: Fault = {
  number: '7',
  title: 'a file that crashes its decoder',
  on: ['postgres', 'redis'],
  mayFail: ['PROCESSOR_CRASHED'],
  async make(lab, traffic) {
    // One worker has all the neighbours.
    const [worker] = await lab.replaceWorkers(1);
    const since = Date.now();
    const [picture] = await photos();
    if (!picture) throw new Error('no picture');
    const poisoned = await Promise.all(Array.from({ length: FILES }, () => traffic.send(another(picture, CRASH))));
    for (const upload of poisoned) await isSetAside(lab, traffic, upload, TRIED);
    const recoverySeconds = await secondsToRecover(lab, traffic);
    expect(worker?.isRunning).toBe(true);
    await neighboursLostNothing(lab, poisoned, since);
    const [first] = poisoned;
    if (first) await canBeTriedAgain(lab, traffic, first);
    return { times: poisoned.length, recoverySeconds };
  },
};

async function isSetAside(lab: Lab, traffic: Traffic, upload: Accepted, runs: number): Promise<void> {
  const asset = await settled(traffic, upload, 'FAILED');
  expect(asset.failure).toEqual({ code: 'PROCESSOR_CRASHED', reason: expect.stringMatching(/\w+/) as string });
  const outcomes = (await runsOf(lab, upload.assetId)).map(({ outcome, errorCode }) => `${outcome} ${errorCode}`);
  expect(outcomes).toEqual(Array(runs).fill('FAILED PROCESSOR_CRASHED'));
}

async function neighboursLostNothing(lab: Lab, poisoned: readonly Accepted[], since: number): Promise<void> {
  const ids = new Set(poisoned.map(({ assetId }) => assetId));
  const neighbours = (await runsSince(lab, since)).filter(({ assetId }) => !ids.has(assetId));
  expect(neighbours.filter(({ outcome }) => outcome !== 'COMPLETED' && outcome !== 'RUNNING')).toEqual([]);
  expect(neighbours.length).toBeGreaterThan(0);
}

/** In vain as long as the decoder is what it was, and with success where it no longer crashes. */
async function canBeTriedAgain(lab: Lab, traffic: Traffic, upload: Accepted): Promise<void> {
  const admin = await lab.stack.admin();
  const { body } = await admin.ask<{ items: { id: string }[] }>('GET', `/jobs?assetId=${upload.assetId}`);
  const retry = async () => expect((await admin.ask('POST', `/jobs/${body.items[0]?.id}/retry`)).status).toBe(200);
  await retry();
  await isSetAside(lab, traffic, upload, 2 * TRIED);
  await lab.replaceWorkers(2, { NODE_ENV: 'production' });
  await retry();
  await settled(traffic, upload, 'READY');
  await lab.replaceWorkers(2);
}

async function settled(traffic: Traffic, upload: Accepted, status: 'READY' | 'FAILED'): Promise<AssetBody> {
  return until(
    () => traffic.show(upload),
    (asset) => asset.status === status,
    FAILED_WITHIN_MS,
  );
}
