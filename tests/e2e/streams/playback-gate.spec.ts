import { randomUUID } from 'node:crypto';
import { signUp, type Account } from '../../support/account.js';
import { film, type Film } from '../../support/film.js';
import { play, playing, playlist, type Started } from '../../support/player.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const ORIGIN = 'https://player.example';

let stack: Stack;
let account: Account;
let watched: Film;

/** No origin is configured: the gate is open to the pages of all. */
beforeAll(async () => {
  stack = await startStack({ api: 1, workers: 1, env: { PLAYBACK_SILENCE_SECONDS: '120' } });
  account = await signUp(stack.url);
  watched = await film(stack, account);
});
afterAll(() => stack.stop());

/** Frees all places of the account, so that each test has its own. */
async function started(): Promise<Started> {
  for (const id of await playing(account)) await account.ask('DELETE', `/playbacks/${id}`);
  return play(account, watched.assetId);
}

const untouched = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { redirect: 'manual', ...init });

describe('the gate', () => {
  it('plays a film from its manifest to its last byte, from the store', async () => {
    const { manifestUrl } = await started();
    const master = await playlist(manifestUrl);
    expect(master.text).toMatch(/^#EXTM3U[^]*BANDWIDTH=300000,.*CODECS="avc1\.42c00d,mp4a\.40\.2",RESOLUTION=320x240/);
    const media = await playlist(master.urls[0] ?? '');
    expect(media.urls.length).toBeGreaterThan(3);
    for (const url of media.urls) {
      const answer = await untouched(url);
      expect(answer.status).toBe(302);
      expect(new URL(answer.headers.get('location') ?? '').pathname).toMatch(/^\/objects\//);
      const bytes = await (await fetch(url)).arrayBuffer();
      expect(bytes.byteLength).toBeGreaterThan(100);
    }
  });

  it.each([
    ['in the trash', `deleted_at = now()`],
    ['whose time is over', `expires_at = now()`],
    ['found infected', `status = 'FAILED', failure_code = 'INFECTED', failure_reason = 'x'`],
  ])('ends what is played of a film %s', async (_, change) => {
    const doomed = await film(stack, account);
    const { playbackId, manifestUrl } = await play(account, doomed.assetId);
    expect((await untouched(manifestUrl)).status).toBe(200);
    await stack.sql(`UPDATE assets SET ${change} WHERE id = $1`, [doomed.assetId]);
    const answer = await until(
      () => untouched(manifestUrl),
      ({ status }) => status === 410,
    );
    expect(await answer.json()).toMatchObject({ status: 410, code: 'PLAYBACK_ENDED' });
    expect(await playing(account)).not.toContain(playbackId);
  });

  it('ends what strangers play when a film is public no longer, and not what its own people do', async () => {
    const shared = await film(stack, account, { visibility: 'public' });
    const stranger = await signUp(stack.url);
    await started();
    const [own, theirs] = [await play(account, shared.assetId), await play(stranger, shared.assetId)];
    await stack.sql(`UPDATE assets SET visibility = 'private' WHERE id = $1`, [shared.assetId]);
    await until(
      () => untouched(theirs.manifestUrl),
      ({ status }) => status === 410,
    );
    expect((await untouched(own.manifestUrl)).status).toBe(200);
    await account.ask('DELETE', `/playbacks/${own.playbackId}`);
  });

  it('gives parts of a file, and the film as one', async () => {
    const { mp4Url } = await started();
    const part = await fetch(mp4Url ?? '', { headers: { range: 'bytes=4-7' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-type')).toBe('video/mp4');
    expect(await part.text()).toBe('ftyp');
  });

  it('may be asked by any page, and lets nobody keep an answer', async () => {
    const { manifestUrl, mp4Url } = await started();
    for (const url of [manifestUrl, mp4Url ?? '', manifestUrl.replace('master', 'none')]) {
      const answer = await untouched(url, { headers: { origin: ORIGIN } });
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const preflight = await fetch(url, {
        method: 'OPTIONS',
        headers: { origin: ORIGIN, 'access-control-request-method': 'GET', 'access-control-request-headers': 'range' },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
      expect(preflight.headers.get('access-control-allow-headers')).toBe('range');
    }
    // The rest of the API is as it was: no page of another origin may ask it.
    const other = await fetch(`${stack.url}/health`, { headers: { origin: ORIGIN } });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    const location = (await untouched(mp4Url ?? '')).headers.get('location') ?? '';
    const stored = await fetch(location, { headers: { origin: 'null' } });
    expect(stored.headers.get('access-control-allow-origin')).toBe('*');
    await stored.arrayBuffer();
  });

  it('counts each request as a sign of life', async () => {
    const { manifestUrl, playbackId } = await started();
    const end = async (): Promise<string> => {
      const { body } = await account.ask<{ items: { playbackId: string; expiresAt: string }[] }>('GET', '/playbacks');
      return body.items.find((stream) => stream.playbackId === playbackId)?.expiresAt ?? '';
    };
    const { urls } = await playlist((await playlist(manifestUrl)).urls[0] ?? '');
    for (const url of [manifestUrl, ...urls.slice(0, 2)]) {
      const before = await end();
      await until(
        async () => {
          await (await untouched(url)).text();
          return end();
        },
        (after) => after > before,
      );
    }
  });

  it('gives nothing more to a player that was stopped', async () => {
    const { manifestUrl, mp4Url, playbackId } = await started();
    const media = (await playlist(manifestUrl)).urls[0] ?? '';
    const segment = (await playlist(media)).urls[0] ?? '';
    expect((await account.ask('DELETE', `/playbacks/${playbackId}`)).status).toBe(204);
    for (const url of [manifestUrl, media, segment, mp4Url ?? '']) {
      const answer = await untouched(url);
      expect(answer.status).toBe(410);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await answer.json()).toMatchObject({ code: 'PLAYBACK_ENDED' });
    }
  });

  it('knows its own URLs, to the last character', async () => {
    const [one, other] = [await started(), await play(account, watched.assetId)];
    const [, id = '', token = ''] = /playbacks\/([^/]+)\/hls\/([^/]+)/.exec(one.manifestUrl) ?? [];
    const changed = token.startsWith('A') ? `B${token.slice(1)}` : `A${token.slice(1)}`;
    for (const url of [
      one.manifestUrl.replace(id, other.playbackId),
      one.manifestUrl.replace(id, randomUUID()),
      one.manifestUrl.replace(token, changed),
      one.manifestUrl.replace(token, token.slice(0, -1)),
      one.manifestUrl.replace('master.m3u8', 'original'),
      one.manifestUrl.replace('master.m3u8', '..%2F..%2F3/hls/240p/init.mp4'),
      one.manifestUrl.replace('master.m3u8', '3/hls/..%2F..%2F..%2Foriginal'),
      one.manifestUrl.replace('master.m3u8', ''),
      one.manifestUrl.replace('master.m3u8', 'x'.repeat(1_000)),
    ])
      expect((await untouched(url)).status).toBe(404);
    expect((await untouched(one.manifestUrl)).status).toBe(200);
    expect((await untouched(one.manifestUrl.replace('master.m3u8', '3/hls/240p/none.m3u8'))).status).toBe(404);
  });

  it('writes no token into the log', async () => {
    const { manifestUrl } = await started();
    const [, token = 'none'] = /hls\/([^/]+)/.exec(manifestUrl) ?? [];
    await (await fetch(manifestUrl)).text();
    await until(
      () => stack.log(),
      (log) => /playbacks\/[^/]+\/hls\/…\/master\.m3u8/.test(log),
    );
    expect(stack.log()).not.toContain(token);
  });
});

describe('a limit on requests', () => {
  it('does not count what a player fetches', async () => {
    const { manifestUrl } = await started();
    const answer = await fetch(manifestUrl);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('ratelimit')).toBeNull();
  });
});
