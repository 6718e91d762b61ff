import { signUp, type Account } from '../../support/account.js';
import { film } from '../../support/film.js';
import { play, playing } from '../../support/player.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const SILENCE_MS = 9_000;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ api: 2, workers: 1, env: { PLAYBACK_SILENCE_SECONDS: String(SILENCE_MS / 1000) } });
});
afterAll(() => stack.stop());

interface Stream {
  playbackId: string;
  since: string;
  expiresAt: string;
}

const streams = async (account: Account): Promise<Stream[]> =>
  (await account.ask<{ items: Stream[] }>('GET', '/playbacks')).body.items;

it('frees the places of players that were killed with their API after the silence, and no sooner', async () => {
  const account = await signUp(stack.url);
  const survivor = account.at(stack.urls[1] ?? '');
  const { assetId } = await film(stack, account);
  for (let count = 0; count < 3; count++) await play(account, assetId);
  stack.apis[0]?.kill('SIGKILL');
  await stack.apis[0]?.ended;
  const held = await streams(survivor);
  expect(held).toHaveLength(3);
  const firstEnd = Math.min(...held.map(({ expiresAt }) => Date.parse(expiresAt)));
  const admitted = await until(
    () => survivor.ask<{ playbackId: string }>('POST', `/assets/${assetId}/play`),
    ({ status }) => status === 201,
  );
  // Of those whose end has come in the meantime, by the clock of the store, one is replaced.
  const successor = (await streams(survivor)).find(({ playbackId }) => playbackId === admitted.body.playbackId);
  expect(Date.parse(successor?.since ?? '')).toBeGreaterThanOrEqual(firstEnd - 1);
});

it('keeps the place of a player that is heard of, and tells one that comes too late', async () => {
  const account = (await signUp(stack.urls[1] ?? '')).at(stack.urls[1] ?? '');
  const { assetId } = await film(stack, account);
  const { playbackId, heartbeatSeconds, manifestUrl } = await play(account, assetId);
  expect(heartbeatSeconds).toBe(SILENCE_MS / 3_000);
  const since = (await streams(account))[0]?.since ?? '';
  await until(
    () => account.ask<{ expiresAt: string }>('POST', `/playbacks/${playbackId}/heartbeat`),
    ({ status, body }) => {
      expect(status).toBe(200);
      return Date.parse(body.expiresAt) > Date.parse(since) + 2.5 * SILENCE_MS;
    },
  );
  await until(
    () => playing(account),
    (ids) => ids.length === 0,
  );
  expect((await account.ask('POST', `/playbacks/${playbackId}/heartbeat`)).status).toBe(404);
  expect((await fetch(manifestUrl)).status).toBe(410);
});
