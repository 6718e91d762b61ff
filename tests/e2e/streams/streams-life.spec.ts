import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { H264, make, TONE } from '#libs/media/ffmpeg/films.fixtures.js';
import { signUp, type Account, type AssetBody } from '../../support/account.js';
import { descendants } from '../../support/descendants.js';
import { withRows } from '../../support/film.js';
import { hlsFaults } from '../../support/hls/validate.js';
import { connectLive } from '../../support/live-client.js';
import { photo } from '../../support/photos.js';
import { play } from '../../support/player.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: Stack;
let account: Account;
let folder: string;

beforeAll(async () => {
  const env = { TRANSCODE_PRESET: 'ultrafast' };
  const patience = { PLAYBACK_SILENCE_SECONDS: '120', TRANSCODE_STALL_SECONDS: '20' };
  // Films keep every core busy, here beside other tests: nothing below is about a worker that stood still for a moment.
  const lease = { JOB_LEASE_SECONDS: '30' };
  stack = await startStack({ env: { ...env, ...patience, ...lease } });
  account = await signUp(stack.url);
  folder = await mkdtemp(join(tmpdir(), 'streams-life-'));
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

let films = 0;

async function upload(size: string, seconds: number, by = account): Promise<string> {
  const pictures = ['-f', 'lavfi', '-i', `testsrc2=s=${size}:d=${seconds}:r=25`];
  const name = `film-${films++}.mp4`;
  const file = await make(folder, name, [...pictures, ...TONE(seconds), ...H264, '-g', '999', '-c:a', 'aac']);
  return (await by.upload(await readFile(file), { filename: name, contentType: 'video/mp4' })).assetId;
}

const asset = async (id: string) => (await account.ask<AssetBody>('GET', `/assets/${id}`)).body;
const kindsOf = ({ streaming }: AssetBody) => streaming?.renditions.map(({ kind }) => kind) ?? [];
const objectsOf = async (id: string) => (await stack.objects()).filter((key) => key.includes(id));

it('a film of another month’s minutes stays as a file, and says why it has no streams', async () => {
  const thrifty = await signUp(stack.url);
  const { body: me } = await thrifty.ask<{ tenantId: string }>('GET', '/users/me');
  const admin = await stack.admin();
  const limits = { transcodeMinutes: 1 };
  expect((await admin.ask('PATCH', `/admin/tenants/${me.tenantId}`, limits)).status).toBe(200);
  const minutes = async () => (await thrifty.ask('GET', '/tenant/usage')).body;
  const first = await upload('320x240', 3, thrifty);
  expect((await thrifty.streamed(first)).streaming).toMatchObject({ status: 'READY' });
  expect(await minutes()).toMatchObject({ transcodeMinutes: { used: 1, limit: 1 } });
  const refused = await thrifty.streamed(await upload('320x240', 3, thrifty));
  expect(refused).toMatchObject({
    status: 'READY',
    streaming: {
      status: 'FAILED',
      failure: { code: 'QUOTA_EXCEEDED', reason: expect.stringMatching(/^1 of 1 minutes/) },
    },
  });
  expect(await minutes()).toMatchObject({ transcodeMinutes: { used: 1, limit: 1 } });
});

it('who watches an asset hears how far its streams are, and of each that can be watched', async () => {
  const client = await connectLive(stack.url, account.accessToken);
  // Long enough to be asked several times how far it is, also on a fast machine.
  const id = await upload('854x480', 110);
  await client.asks('watch', { assetId: id });
  await account.streamed(id);
  await until(
    () => client.all('asset.progress').at(-1),
    (last) => last?.percent === 100,
  );
  const told = client.all('asset.progress').filter(({ assetId }) => assetId === id);
  expect(told).toContainEqual({
    ...{ assetId: id, stage: 'transcode', percent: expect.any(Number), currentRendition: 'hls-360p' },
    ...{ speed: expect.any(Number), remainingSeconds: expect.any(Number) },
  });
  const percents = told.filter(({ stage }) => stage === 'transcode').map(({ percent }) => Number(percent));
  expect(percents.filter((percent) => percent > 0 && percent < 99).length).toBeGreaterThan(0);
  expect(percents).toEqual([...percents].sort((one, other) => one - other));
  const ready = told.filter(({ stage }) => stage === 'rendition').map(({ currentRendition }) => currentRendition);
  expect(ready.sort()).toEqual(['hls-360p', 'hls-480p', 'hls-audio']);
  client.close();
});

it('a film that is processed anew can be watched all the while', async () => {
  const id = await upload('854x480', 9);
  await account.streamed(id);
  const admin = await stack.admin();
  const { manifestUrl } = await play(account, id);
  expect((await admin.ask('POST', '/assets/reprocess', { assetIds: [id] })).body).toEqual({ queued: 1 });
  const versions = new Set<string>();
  await until(
    async () => {
      await stack.forgetUrls();
      const text = await (await fetch(manifestUrl)).text();
      for (const [, version = ''] of text.matchAll(/^(\d+)\/hls\//gm)) versions.add(version);
      expect(text.match(/EXT-X-STREAM-INF/g)).toHaveLength(2);
      expect((await account.ask('GET', `/assets/${id}`)).body.mp4Url).toEqual(expect.any(String));
      return { objects: await objectsOf(id), state: (await asset(id)).streaming?.status };
    },
    ({ objects, state }) => state === 'READY' && !objects.some((key) => key.includes(`${id}/1/`)),
    90_000,
  );
  expect([...versions].sort()).toEqual(['1', '2']);
  expect(await hlsFaults(manifestUrl)).toEqual([]);
});

it('a worker that is killed while it makes the higher renditions does not make the lowest anew', async () => {
  const id = await upload('854x480', 125);
  await until(
    () => asset(id),
    (seen) => kindsOf(seen).includes('hls-360p'),
    90_000,
  );
  const [worker] = stack.workers;
  worker?.kill('SIGKILL');
  await worker?.ended;
  const before = await asset(id);
  expect(kindsOf(before)).not.toContain('hls-480p');
  stack.workers.splice(0, 1);
  stack.startWorker();
  const { streaming } = await account.streamed(id);
  expect(streaming).toMatchObject({ status: 'READY' });
  const made = await withRows(stack, (database) =>
    database.client.event.findMany({ where: { subjectId: id, type: 'asset.rendition-ready' } }),
  );
  const kinds = made.map(({ payload }) => (payload as { kind: string }).kind).sort();
  expect(kinds.filter((kind) => kind.startsWith('hls-'))).toEqual(['hls-360p', 'hls-480p', 'hls-audio']);
});

const encoders = () => stack.workers.flatMap(({ pid }) => descendants(pid, '-filter_complex'));
const encoding = () => until(encoders, (pids) => pids.length > 0);
const jobOf = async (id: string) => {
  const admin = await stack.admin();
  const { body } = await admin.ask<{ items: { id: string; state: string }[] }>(
    'GET',
    `/jobs?kind=transcode-video&assetId=${id}`,
  );
  return { admin, path: `/jobs/${body.items[0]?.id}` };
};

it('a picture does not wait for a film', async () => {
  const id = await upload('1280x720', 100);
  const [pid = 0] = await encoding();
  const picture = await account.upload(await photo(64, 48));
  expect(await account.settled(picture.assetId)).toMatchObject({ status: 'READY' });
  expect(encoders()).toContain(pid);
  expect((await account.ask('DELETE', `/assets/${id}?permanent=true`)).status).toBe(204);
  await until(encoders, (pids) => pids.length === 0);
});

it('an encoder that hangs is ended, and the film made by the next one', async () => {
  const id = await upload('1280x720', 40);
  const [pid = 0] = await encoding();
  process.kill(pid, 'SIGSTOP');
  await until(encoders, (pids) => !pids.includes(pid));
  expect((await account.streamed(id)).streaming).toMatchObject({ status: 'READY', failure: null });
  const { admin, path } = await jobOf(id);
  expect((await admin.ask('GET', path)).body).toMatchObject({
    state: 'COMPLETED',
    attempts: [
      { outcome: 'FAILED', errorCode: 'TIMED_OUT', error: expect.stringMatching(/halt/) },
      { outcome: 'COMPLETED' },
    ],
  });
  expect(stack.tempFiles()).toEqual([]);
});

it('a transcode that is cancelled ends its ffmpeg, leaves nothing behind, and can be tried again', async () => {
  const id = await upload('1280x720', 40);
  await encoding();
  await until(
    () => objectsOf(id),
    (keys) => keys.some((key) => key.endsWith('.m4s')),
  );
  const { admin, path } = await jobOf(id);
  expect(await admin.ask('POST', `${path}/cancel`)).toMatchObject({ status: 200, body: { state: 'CANCELLED' } });
  const seen = await asset(id);
  expect(seen).toMatchObject({ status: 'READY', streaming: { status: 'FAILED', failure: { code: 'JOB_CANCELLED' } } });
  await until(encoders, (pids) => pids.length === 0);
  const listed = kindsOf(seen).map((kind) => kind.replace('hls-', 'hls/'));
  await until(
    async () => [
      ...stack.tempFiles(),
      ...(await objectsOf(id)).filter((key) => key.endsWith('.m4s') && !listed.some((one) => key.includes(`/${one}/`))),
    ],
    (files) => files.length === 0,
  );
  expect(await admin.ask('POST', `${path}/cancel`)).toMatchObject({
    status: 409,
    body: { code: 'JOB_NOT_CANCELLABLE' },
  });
  expect(await admin.ask('POST', `${path}/retry`)).toMatchObject({ status: 200 });
  expect((await account.streamed(id)).streaming).toMatchObject({ status: 'READY', failure: null });
});

it('a film that does not say how long it is, as browsers record them, is measured and counted', async () => {
  const thrifty = await signUp(stack.url);
  const pictures = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:d=6:r=25', '-c:v', 'libvpx', '-deadline', 'realtime'];
  const file = await make(folder, 'recorded.webm', [...pictures, '-f', 'webm', '-live', '1']);
  const { assetId } = await thrifty.upload(await readFile(file), { filename: 'a.webm', contentType: 'video/webm' });
  expect(await thrifty.streamed(assetId)).toMatchObject({
    metadata: { durationMs: 6000 },
    streaming: { status: 'READY' },
  });
  expect((await thrifty.ask('GET', '/tenant/usage')).body).toMatchObject({ transcodeMinutes: { used: 1 } });
});

it('a film that is deleted while its streams are made takes its ffmpeg and all files with it', async () => {
  const id = await upload('1280x720', 100);
  await encoding();
  expect((await account.ask('DELETE', `/assets/${id}?permanent=true`)).status).toBe(204);
  await until(encoders, (pids) => pids.length === 0);
  await until(
    async () => [...stack.tempFiles(), ...(await objectsOf(id))],
    (files) => files.length === 0,
  );
});
