import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { H264, make, TONE } from '#libs/media/ffmpeg/films.fixtures.js';
import { signUp, type Account } from '../support/account.js';
import { openBrowser } from '../support/browser.js';
import { play, type Started } from '../support/player.js';
import { startStack, type Stack } from '../support/stack.js';
import { PlayerPage, servePlayer } from './player/player-page.js';

/** Sound goes on for a packet longer, which would be a segment of its own. */
const SECONDS = 24;

/** What is no fault of a film that plays to its end: a request given up to go elsewhere, and a machine that is too slow. */
const NO_FAULTS = new Set(['aborted', 'bufferStalledError']);

let stack: Stack;
let browser: Browser;
let page: { url: string; server: Server };
let account: Account;
let assetId: string;

/** A film of 480 lines with sound goes the whole way: uploaded, made into streams by a worker, watched in a browser. */
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'browser-'));
  [stack, browser, page] = await Promise.all([
    startStack({ env: { TRANSCODE_PRESET: 'ultrafast' } }),
    openBrowser(),
    servePlayer(),
  ]);
  const pictures = ['-f', 'lavfi', '-i', `testsrc2=s=854x480:d=${SECONDS}:r=25`];
  const input = await make(folder, 'film.mp4', [...pictures, ...TONE(SECONDS), ...H264, '-g', '999', '-c:a', 'aac']);
  account = await signUp(stack.url);
  const bytes = await readFile(input);
  ({ assetId } = await account.upload(bytes, { filename: 'film.mp4', contentType: 'video/mp4' }));
  expect((await account.streamed(assetId)).streaming?.status).toBe('READY');
  await rm(folder, { recursive: true });
});
afterAll(async () => {
  page.server.close();
  await browser.close();
  await stack.stop();
});

async function watching(): Promise<{ player: PlayerPage; started: Started }> {
  const started = await play(account, assetId);
  return { player: await PlayerPage.open(await browser.newPage(), page.url, started.manifestUrl), started };
}

it('hls.js plays the film in a browser, changes its quality and goes to another place in it', async () => {
  const { player } = await watching();
  const begun = await player.until(({ seconds }) => seconds > 0.5);
  expect(begun).toMatchObject({
    width: 640,
    height: 360,
    levels: [
      { width: 640, height: 360, videoCodec: expect.stringMatching(/^avc1\./) as string, audioCodec: 'mp4a.40.2' },
      { width: 854, height: 480 },
    ],
  });
  expect(Math.abs(begun.length - SECONDS)).toBeLessThan(0.2);
  await player.quality(1);
  const better = await player.until(({ height }) => height === 480);
  expect((await player.until(({ seconds }) => seconds > better.seconds)).height).toBe(480);
  await player.seek(SECONDS - 1.5);
  const { errors } = await player.until(({ ended }) => ended);
  expect(errors.filter(({ details }) => !NO_FAULTS.has(details))).toEqual([]);
});

it('captions that were uploaded can be chosen, and are shown', async () => {
  const text = '1\n00:00:01,000 --> 00:00:20,000\n<i>Guten Tag</i>\n';
  const added = await account.ask('POST', `/assets/${assetId}/captions`, { language: 'de', label: 'Deutsch', text });
  expect(added.status).toBe(201);
  const { player } = await watching();
  expect((await player.until(({ seconds }) => seconds > 0)).tracks).toEqual([{ name: 'Deutsch', lang: 'de' }]);
  await player.captions(0);
  expect((await player.until(({ cues }) => cues.length > 0)).cues).toEqual(['<i>Guten Tag</i>']);
});

it('a player that was ended gets no more segments', async () => {
  const { player, started } = await watching();
  await player.until(({ seconds }) => seconds > 0.5);
  expect((await account.ask('DELETE', `/playbacks/${started.playbackId}`)).status).toBe(204);
  const { length } = (await player.state()).fetched;
  await player.seek(SECONDS - 3);
  const refused = await player.until(({ errors }) => errors.some(({ status }) => status === 410));
  // One of the sound and one of the pictures may have been on their way.
  expect(refused.fetched.length).toBeLessThanOrEqual(length + 2);
});
