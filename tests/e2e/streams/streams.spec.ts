import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { H264, make, TONE } from '#libs/media/ffmpeg/films.fixtures.js';
import { signUp, type Account, type AssetBody } from '../../support/account.js';
import { hlsFaults } from '../../support/hls/validate.js';
import { play } from '../../support/player.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: Stack;
let account: Account;
let folder: string;

beforeAll(async () => {
  stack = await startStack({ env: { TRANSCODE_PRESET: 'ultrafast' } });
  account = await signUp(stack.url);
  folder = await mkdtemp(join(tmpdir(), 'streams-'));
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

const film = (size: string, seconds: number) => ['-f', 'lavfi', '-i', `testsrc2=s=${size}:d=${seconds}:r=25`];

async function upload(filename: string, contentType: string, args: string[]): Promise<string> {
  const bytes = await readFile(await make(folder, filename, args));
  return (await account.upload(bytes, { filename, contentType })).assetId;
}

const asset = async (id: string) => (await account.ask<AssetBody>('GET', `/assets/${id}`)).body;

/** What a validator that shares nothing with the ladder finds wrong, from the manifest to the last segment. */
async function faults(assetId: string, alter?: (master: string) => string): Promise<string[]> {
  const { manifestUrl, playbackId } = await play(account, assetId);
  try {
    return await hlsFaults(manifestUrl, alter);
  } finally {
    await account.ask('DELETE', `/playbacks/${playbackId}`);
  }
}

it('a film becomes streams, a file to download and a moving picture; its segments are in the store', async () => {
  const args = [...film('854x480', 6), ...TONE(6), ...H264, '-g', '999', '-c:a', 'aac'];
  const { id, streaming, mp4Url, animatedPreviewUrl } = await account.streamed(
    await upload('film.mp4', 'video/mp4', args),
  );
  expect(streaming).toMatchObject({ status: 'READY', percent: 100, failure: null });
  expect(streaming?.renditions).toMatchObject([
    { kind: 'hls-audio', width: null, codecs: 'mp4a.40.2' },
    { kind: 'hls-360p', width: 640, height: 360, bandwidth: expect.any(Number) },
    { kind: 'hls-480p', width: 854, height: 480, codecs: expect.stringMatching(/^avc1\./) },
  ]);
  const keys = (await stack.objects())
    .filter((key) => key.includes(id))
    .map((key) => key.split('/').slice(3).join('/'));
  expect(keys.filter((key) => key.startsWith('hls/480p'))).toEqual([
    'hls/480p/00000.m4s',
    'hls/480p/00001.m4s',
    'hls/480p/init.mp4',
    'hls/480p/playlist.m3u8',
  ]);
  expect(keys).toEqual(expect.arrayContaining(['storyboard.jpg', 'storyboard.vtt', 'hls/audio/playlist.m3u8']));
  const download = Buffer.from(await (await fetch(mp4Url ?? 'missing')).arrayBuffer());
  expect(download.indexOf('moov')).toBeLessThan(download.indexOf('mdat'));
  const moving = await sharp(
    Buffer.from(await (await fetch(animatedPreviewUrl ?? 'missing')).arrayBuffer()),
  ).metadata();
  expect(moving.pages).toBeGreaterThan(10);
  expect(stack.tempFiles()).toEqual([]);
  const { storyboardUrl } = await play(account, id);
  const track = await (await fetch(storyboardUrl ?? 'missing')).text();
  const [, sheet = 'missing'] = /^(storyboard.jpg)#xywh=0,0,160,90$/m.exec(track) ?? [];
  for (const url of [new URL(sheet, storyboardUrl ?? '').href, (await asset(id)).storyboardUrl ?? 'missing'])
    expect(await sharp(Buffer.from(await (await fetch(url)).arrayBuffer())).metadata()).toMatchObject({
      format: 'jpeg',
    });
  const text = 'WEBVTT\n\n00:01.000 --> 00:02.000\nx';
  await account.ask('POST', `/assets/${id}/captions`, { language: 'de', label: 'Deutsch', text });
  expect(await faults(id)).toEqual([]);
  for (const [from, to, fault] of [
    [/BANDWIDTH=\d+/, 'BANDWIDTH=1000', /more than/],
    [/,RESOLUTION=\d+x/, ',RESOLUTION=642x', /not its size/],
    ['FRAME-RATE=25', 'FRAME-RATE=24', /frames/],
    [/avc1\.\w+/, 'avc1.64001f', /not avc1/],
    ['"audio",', '"other",', /no group of sound/],
    ['AUTOSELECT=YES,URI', 'AUTOSELECT=NO,URI', /DEFAULT alone/],
  ] as const)
    expect(await faults(id, (master) => master.replace(from, to))).toContainEqual(expect.stringMatching(fault));
});

it.each([
  // Taken as it is, with frames that are decoded before they are shown.
  [
    'that fits',
    [
      ...film('854x480', 9),
      ...TONE(9),
      '-c:v',
      'libx264',
      '-bf',
      '2',
      '-b:v',
      '900k',
      '-g',
      '50',
      '-sc_threshold',
      '0',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
    ],
  ],
  ['of 59.94 frames a second, upright', [...film('360x640', 5), '-r', '60000/1001', ...H264, '-an']],
  ['that ends with a segment', [...film('640x360', 8), ...TONE(8), ...H264, '-c:a', 'aac']],
  ['that begins late', [...film('640x360', 6), ...TONE(6), '-output_ts_offset', '3.3', ...H264, '-c:a', 'aac']],
])('a film %s has streams without a fault', async (what, args) => {
  const { id, streaming } = await account.streamed(await upload(`${what}.mp4`, 'video/mp4', args));
  expect(streaming).toMatchObject({ status: 'READY' });
  expect(await faults(id)).toEqual([]);
});

it('a sound becomes a stream of sound, a picture none', async () => {
  const { id, streaming } = await account.streamed(
    await upload('lied.mp3', 'audio/mpeg', [...TONE(5), '-c:a', 'libmp3lame']),
  );
  expect(streaming?.renditions.map(({ kind }) => kind)).toEqual(['hls-audio']);
  expect(await faults(id)).toEqual([]);
  const picture = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#08f' } })
    .jpeg()
    .toBuffer();
  const { assetId } = await account.upload(picture);
  expect((await account.settled(assetId)).streaming).toBeNull();
});

it('a worker that is killed leaves what is whole, and another one goes on; a deleted film leaves nothing', async () => {
  const id = await upload('long.mp4', 'video/mp4', [...film('640x360', 130), ...H264, '-r', '25']);
  await until(
    () => asset(id),
    ({ streaming }) => streaming?.status === 'PROCESSING',
  );
  stack.workers[0]?.kill('SIGKILL');
  await stack.workers[0]?.ended;
  stack.startWorker();
  expect((await account.streamed(id)).streaming).toMatchObject({ status: 'READY' });
  expect((await account.ask('DELETE', `/assets/${id}?permanent=true`)).status).toBe(204);
  await until(
    async () => (await stack.objects()).filter((key) => key.includes(id)),
    (keys) => keys.length === 0,
  );
});
