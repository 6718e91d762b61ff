import { setTimeout as delay } from 'node:timers/promises';
import { signUp } from '../../support/account.js';
import type { StackProcess } from '../../support/stack-process.js';
import { until } from '../../support/until.js';
import type { Fault } from '../fault.js';
import { runsOf } from '../judge/runs.js';
import { untilNoTempFiles } from '../judge/temp-files.js';
import { decodersOf, isAlive } from '../lab/children.js';
import type { Lab } from '../lab/lab.js';
import { scale } from '../options.js';
import { PersistentClient, type Accepted } from '../traffic/persistent-client.js';
import { another, photos } from '../traffic/traffic.js';

const AT_RANDOM = scale(6, 40);
const BEHIND_ITS_BACK = scale(1, 10);
const LONGEST_WAIT_MS = 400;
/** Obeyed by decoders under test. */
const HANG = 'media-inbox-test:hang';
const GONE_WITHIN_MS = 60_000;

/** Nothing remains of an asset that is deleted while it is processed, whatever its job was at. */
export const deleted: Fault = {
  number: '11',
  title: 'an asset deleted while it is processed',
  on: ['postgres', 'redis'],
  async make(lab) {
    const owner = new PersistentClient(await signUp(lab.url), [], new AbortController().signal);
    const uploads: Accepted[] = [await inTheDecoder(lab, owner)];
    for (let turn = 0; turn < AT_RANDOM; turn++) uploads.push(await atRandom(owner, turn));
    for (let turn = 0; turn < BEHIND_ITS_BACK; turn++) uploads.push(await behindItsBack(lab, owner));
    const began = performance.now();
    await sweepAgain(lab, uploads);
    for (const upload of uploads) expect(await objectsOf(lab, upload)).toEqual([]);
    return { times: uploads.length, recoverySeconds: (performance.now() - began) / 1000 };
  },
};

/** Whatever its job has come to by then. */
async function atRandom(owner: PersistentClient, turn: number): Promise<Accepted> {
  const upload = await send(owner, turn);
  await delay(Math.random() * LONGEST_WAIT_MS);
  await remove(owner, upload);
  return upload;
}

/** The decoder that is at it is killed, long before its time is over. */
async function inTheDecoder(lab: Lab, owner: PersistentClient): Promise<Accepted> {
  const upload = await send(owner, 0, HANG);
  const worker = await workerOf(lab, upload);
  const decoders = await until(
    () => decodersOf(worker.pid),
    (children) => children.length > 0,
  );
  await remove(owner, upload);
  expect((await runsOf(lab, upload.assetId)).map(({ outcome }) => outcome)).toEqual(['CANCELLED']);
  await untilLost(worker, upload);
  expect(decoders.filter(isAlive).length).toBeLessThan(decoders.length);
  await untilNoTempFiles(lab);
  await untilEmpty(lab, upload);
  return upload;
}

/** Its worker is not there when the objects are removed, and then goes on as if nothing had happened. */
async function behindItsBack(lab: Lab, owner: PersistentClient): Promise<Accepted> {
  const upload = await send(owner);
  const worker = await workerOf(lab, upload);
  worker.kill('SIGSTOP');
  await remove(owner, upload);
  await untilEmpty(lab, upload);
  const [run] = await runsOf(lab, upload.assetId);
  worker.kill('SIGCONT');
  if (run?.outcome === 'CANCELLED') await untilLost(worker, upload);
  return upload;
}

async function send(owner: PersistentClient, turn = 3, trailer = ''): Promise<Accepted> {
  const pictures = await photos();
  return owner.upload(another(pictures[turn % pictures.length] ?? Buffer.alloc(0), trailer));
}

async function remove(owner: PersistentClient, { assetId }: Accepted): Promise<void> {
  expect((await owner.account.ask('DELETE', `/assets/${assetId}?permanent=true`)).status).toBe(204);
  expect((await owner.account.ask('GET', `/assets/${assetId}`)).status).toBe(404);
}

async function workerOf(lab: Lab, { assetId }: Accepted): Promise<StackProcess> {
  const [run] = await until(
    () => runsOf(lab, assetId),
    (runs) => runs.length > 0,
    GONE_WITHIN_MS,
  );
  const worker = lab.workers.find(({ pid }) => pid === run?.pid);
  if (!worker) throw new Error(`no worker has the process id ${run?.pid}`);
  return worker;
}

/** Waits until the worker has noticed that the job is no longer its own. */
async function untilLost(worker: StackProcess, { assetId }: Accepted): Promise<void> {
  await until(
    () => worker.lines.some((line) => line.includes(assetId) && line.includes('"outcome":"lost"')),
    (noticed) => noticed,
    GONE_WITHIN_MS,
  );
}

async function objectsOf(lab: Lab, { objectKey }: Accepted): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of lab.store.list(objectKey.replace(/original$/, ''))) keys.push(key);
  return keys;
}

async function untilEmpty(lab: Lab, upload: Accepted): Promise<void> {
  await until(
    () => objectsOf(lab, upload),
    (keys) => keys.length === 0,
    GONE_WITHIN_MS,
  );
}

/** The second removal waits for the end of the upload's URL, an hour: it is not waited for here. */
async function sweepAgain(lab: Lab, uploads: readonly Accepted[]): Promise<void> {
  const prefixes = uploads.map(({ objectKey }) => objectKey.replace(/original$/, ''));
  const ours = `kind = 'delete-objects' AND payload->'outputsOf' ?| $1`;
  await lab.sql(`UPDATE jobs SET run_at = now() WHERE ${ours} AND state = 'DELAYED'`, [prefixes]);
  await until(
    () => lab.sql<{ state: string }>(`SELECT state FROM jobs WHERE ${ours}`, [prefixes]),
    (jobs) => jobs.length === 2 * uploads.length && jobs.every(({ state }) => state === 'COMPLETED'),
    GONE_WITHIN_MS,
  );
}
