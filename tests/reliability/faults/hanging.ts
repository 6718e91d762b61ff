import { until } from '../../support/until.js';
import type { StackProcess } from '../../support/stack-process.js';
import type { Fault } from '../fault.js';
import { runsOf, type Run } from '../judge/runs.js';
import { untilNoTempFiles } from '../judge/temp-files.js';
import { decodersOf, isAlive } from '../lab/children.js';
import type { Lab } from '../lab/lab.js';
import { scale } from '../options.js';
import type { Accepted } from '../traffic/persistent-client.js';
import { another, photos } from '../traffic/traffic.js';

/** Obeyed by decoders under test. */
const HANG = 'media-inbox-test:hang';
/** Enough for the files of everybody else, on a machine that others share as well. */
const TIMEOUT_SECONDS = scale(15, 5);
/** A worker has one decoder: then it is known which one hangs. */
const SETTINGS = { PROCESS_ASSET_TIMEOUT_SECONDS: String(TIMEOUT_SECONDS), WORKER_CONCURRENCY: '1' };
const ATTEMPTS = scale(2, 5);
/** Seconds that a kill takes on a slow and busy machine, at most: nobody waits for the time once more. */
const ENDED_WITHIN = TIMEOUT_SECONDS;

/** Each attempt is really ended when its time is over; when there are no more, the asset says why. */
export const hanging: Fault = {
  number: '8',
  title: 'a file that hangs its decoder',
  on: ['postgres', 'redis'],
  mayFail: ['TIMED_OUT'],
  async make(lab, traffic) {
    const workers = await lab.replaceWorkers(2, SETTINGS);
    const [picture] = await photos();
    if (!picture) throw new Error('no picture');
    const upload = await traffic.send(another(picture, HANG));
    await lab.sql('UPDATE jobs SET max_attempts = $2 WHERE asset_id = $1', [upload.assetId, ATTEMPTS]);
    let slowest = 0;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++)
      slowest = Math.max(slowest, await ends(lab, workers, upload, attempt));
    expect((await traffic.show(upload)).failure).toMatchObject({ code: 'TIMED_OUT' });
    expect(await runsOf(lab, upload.assetId)).toHaveLength(ATTEMPTS);
    await untilNoTempFiles(lab);
    await lab.replaceWorkers(2);
    return { times: ATTEMPTS, recoverySeconds: slowest };
  },
};

/** Seconds from the end of its time until the run was over and its decoder gone. */
async function ends(lab: Lab, workers: StackProcess[], upload: Accepted, attempt: number): Promise<number> {
  const run = await reached(lab, upload, attempt, ({ outcome }) => outcome === 'RUNNING');
  const worker = workers.find(({ pid }) => pid === run.pid);
  if (!worker) throw new Error(`no worker has the process id ${run.pid}`);
  const [decoder] = await until(
    () => decodersOf(worker.pid),
    (children) => children.length === 1,
  );
  const over = await reached(lab, upload, attempt, ({ outcome }) => outcome !== 'RUNNING');
  expect(over).toMatchObject({ outcome: 'FAILED', errorCode: 'TIMED_OUT' });
  expect(isAlive(decoder ?? 0)).toBe(false);
  const late = ((over.finishedAt ?? Infinity) - over.startedAt) / 1000 - TIMEOUT_SECONDS;
  expect(late).toBeLessThan(ENDED_WITHIN);
  // The pauses between attempts are not what is looked at here.
  await lab.sql(`UPDATE jobs SET run_at = now() WHERE asset_id = $1 AND state = 'DELAYED'`, [upload.assetId]);
  return late;
}

async function reached(lab: Lab, upload: Accepted, attempt: number, holds: (run: Run) => boolean): Promise<Run> {
  const run = await until(
    async () => (await runsOf(lab, upload.assetId))[attempt - 1],
    (found) => found !== undefined && holds(found),
    120_000,
  );
  if (!run) throw new Error('no such run');
  return run;
}
