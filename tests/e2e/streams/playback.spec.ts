import { randomUUID } from 'node:crypto';
import { ask, signIn, signUp, type Account } from '../../support/account.js';
import { film, withRows, type Film } from '../../support/film.js';
import { somebody } from '../../support/people.js';
import { play, playing, type Started } from '../../support/player.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const LIMIT = 3;

let stack: Stack;

/** Two API processes; places outlast every test but those that wait for their end. */
beforeAll(async () => {
  stack = await startStack({ api: 2, workers: 1, env: { PLAYBACK_SILENCE_SECONDS: '300' } });
});
afterAll(() => stack.stop());

const second = (account: Account): Account => account.at(stack.urls[1] ?? stack.url);

async function viewer(): Promise<{ account: Account; watched: Film }> {
  const account = await signUp(stack.url);
  return { account, watched: await film(stack, account) };
}

describe('a place', () => {
  it('is given to three and not to a fourth, who learns what is in the way and can end it', async () => {
    const { account, watched } = await viewer();
    const started: Started[] = [];
    for (let count = 0; count < LIMIT; count++) started.push(await play(account, watched.assetId));
    expect(started[0]).toEqual({
      playbackId: expect.any(String) as string,
      manifestUrl: expect.stringMatching(/^http.*\/playbacks\/.*\/master\.m3u8$/) as string,
      mp4Url: expect.stringMatching(/\.mp4$/) as string,
      storyboardUrl: null,
      heartbeatSeconds: 100,
      expiresAt: expect.any(String) as string,
    });
    const refused = await second(account).ask('POST', `/assets/${watched.assetId}/play`);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.body).toMatchObject({ code: 'PLAYBACK_LIMIT_REACHED', limit: LIMIT });
    const streams = refused.body.activeStreams as Record<string, unknown>[];
    expect(streams.map(({ playbackId }) => playbackId)).toEqual(started.map(({ playbackId }) => playbackId));
    expect(streams[0]).toMatchObject({
      asset: { id: watched.assetId, filename: 'Ärger.mp4' },
      device: expect.any(String) as string,
      since: expect.any(String) as string,
      current: true,
    });
    for (let twice = 0; twice < 2; twice++)
      expect((await second(account).ask('DELETE', `/playbacks/${started[0]?.playbackId}`)).status).toBe(204);
    await play(account, watched.assetId);
    expect(await playing(account)).toHaveLength(LIMIT);
  });

  it('is given to exactly three of a thousand that ask two processes at once', async () => {
    const { account, watched } = await viewer();
    // What a busy machine has put off (503) is asked for again until it is decided.
    const verdict = async (asker: Account): Promise<number> => {
      const { status } = await asker.ask('POST', `/assets/${watched.assetId}/play`);
      return status === 503 ? verdict(asker) : status;
    };
    const verdicts = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => verdict(index % 2 ? account : second(account))),
    );
    expect(verdicts.filter((status) => status === 201)).toHaveLength(LIMIT);
    expect(verdicts.filter((status) => status === 403)).toHaveLength(1_000 - LIMIT);
    expect(await playing(account)).toHaveLength(LIMIT);
  });

  it('is asked for once, however often the request is sent', async () => {
    const { account, watched } = await viewer();
    const request = () =>
      account.ask('POST', `/assets/${watched.assetId}/play`, undefined, { 'idempotency-key': 'one' });
    const [first, again] = [await request(), await request()];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(await playing(account)).toHaveLength(1);
  });

  it('costs nothing where there is nothing to play', async () => {
    const { account, watched } = await viewer();
    const stranger = await signUp(stack.url);
    const [picture, unfinished, failed, trashed] = [
      await film(stack, account, { kind: 'IMAGE' }),
      await film(stack, account, { status: 'PROCESSING' }),
      await film(stack, account, { status: 'FAILED' }),
      await film(stack, account, { deletedAt: new Date() }),
    ];
    await withRows(stack, (database) =>
      database.client.rendition.deleteMany({ where: { assetId: { in: [unfinished.assetId, failed.assetId] } } }),
    );
    for (const [asker, assetId, status, code] of [
      [account, randomUUID(), 404, 'ASSET_NOT_FOUND'],
      [account, 'nonsense', 404, 'ASSET_NOT_FOUND'],
      [account, trashed.assetId, 404, 'ASSET_NOT_FOUND'],
      [stranger, watched.assetId, 404, 'ASSET_NOT_FOUND'],
      [account, picture.assetId, 409, 'ASSET_NOT_PLAYABLE'],
      [account, failed.assetId, 409, 'ASSET_NOT_PLAYABLE'],
      [account, unfinished.assetId, 409, 'PLAYBACK_NOT_READY'],
    ] as const)
      expect(await asker.ask('POST', `/assets/${assetId}/play`)).toMatchObject({ status, body: { code } });
    expect(await playing(account)).toEqual([]);
    expect(await playing(stranger)).toEqual([]);
  });

  it('is not given to the sound of a film whose pictures are still made', async () => {
    const { account, watched } = await viewer();
    const transcodes = (status: 'PROCESSING' | 'FAILED') =>
      withRows(stack, ({ client }) =>
        client.transcode.upsert({
          where: { assetId: watched.assetId },
          create: { assetId: watched.assetId, version: 1, status },
          update: { status },
        }),
      );
    const only = (kind: string) =>
      withRows(stack, ({ client }) =>
        client.rendition.updateMany({
          where: { assetId: watched.assetId, kind: { startsWith: 'hls-' } },
          data: { kind },
        }),
      );
    await stack.sql('UPDATE assets SET width = 320, height = 240 WHERE id = $1', [watched.assetId]);
    await only('hls-audio');
    await transcodes('PROCESSING');
    const early = await account.ask('POST', `/assets/${watched.assetId}/play`);
    expect(early).toMatchObject({ status: 409, body: { code: 'PLAYBACK_NOT_READY' } });
    expect(early.headers.get('retry-after')).toBe('2');
    await transcodes('FAILED');
    expect((await account.ask('POST', `/assets/${watched.assetId}/play`)).body).toMatchObject({
      code: 'ASSET_NOT_PLAYABLE',
      detail: 'No streams could be made of the asset: streaming.failure says why.',
    });
    await only('hls-240p');
    await play(account, watched.assetId);
  });

  it('is as many as the account, its tenant or the installation allows, in this order', async () => {
    const { account, watched } = await viewer();
    const { body: me } = await account.ask<{ id: string }>('GET', '/users/me');
    const admin = await stack.admin();
    const allowed = async (): Promise<unknown> =>
      (await account.ask('POST', `/assets/${watched.assetId}/play`)).body.limit ?? 'one more';
    const limit = (streamLimit: unknown) => admin.ask('PATCH', `/admin/tenants/${watched.tenantId}`, { streamLimit });
    expect((await limit(0)).body).toMatchObject({ streamLimit: 0 });
    for (const streamLimit of [-1, 1.5, '2', 1_001, true]) expect((await limit(streamLimit)).status).toBe(400);
    expect((await account.ask('GET', '/tenant')).body).toMatchObject({ streamLimit: 0 });
    expect(await allowed()).toBe(0);
    expect((await admin.ask('PATCH', `/users/${me.id}`, { streamLimit: 1 })).body).toMatchObject({ streamLimit: 1 });
    expect(await allowed()).toBe('one more');
    expect(await allowed()).toBe(1);
    for (const streamLimit of [-1, 1.5, '2', 1e9])
      expect((await admin.ask('PATCH', `/users/${me.id}`, { streamLimit })).status).toBe(400);
    expect((await admin.ask('PATCH', `/users/${me.id}`, { streamLimit: null })).status).toBe(200);
    expect(await allowed()).toBe(0);
  });

  it('is the account’s own: nobody else sees it, renews it or ends it', async () => {
    const { account, watched } = await viewer();
    const stranger = await signUp(stack.url);
    const { playbackId } = await play(account, watched.assetId);
    expect(await playing(stranger)).toEqual([]);
    expect((await stranger.ask('POST', `/playbacks/${playbackId}/heartbeat`)).status).toBe(404);
    expect((await stranger.ask('DELETE', `/playbacks/${playbackId}`)).status).toBe(204);
    expect(await playing(account)).toHaveLength(1);
    expect((await account.ask('POST', `/playbacks/${playbackId}/heartbeat`)).status).toBe(200);
    for (const id of [randomUUID(), 'nonsense'])
      expect(await account.ask('POST', `/playbacks/${id}/heartbeat`)).toMatchObject({
        status: 404,
        body: { code: 'PLAYBACK_NOT_FOUND' },
      });
  });
});

describe('a film in a post', () => {
  const status = async (reader: Account, id: string) => (await reader.ask('POST', `/assets/${id}/play`)).status;

  it('is played by whom the post is shown to, in another tenant too, and by nobody else', async () => {
    const [author, reader] = [await somebody(stack.url, 'author'), await somebody(stack.url, 'reader')];
    const { assetId } = await film(stack, author, { ownerId: author.id });
    expect(await status(reader, assetId)).toBe(404);
    const { id } = await author.does('POST', '/posts', { text: 'my film', assetIds: [assetId] }, 201);
    expect(await status(reader, assetId)).toBe(201);
    await author.does('PATCH', '/users/me', { isPrivate: true });
    expect(await status(reader, assetId)).toBe(404);
    await reader.follow(author);
    await author.does('PUT', `/users/me/follow-requests/${reader.username}`, undefined, 204);
    expect(await status(reader, assetId)).toBe(201);
    await author.does('PUT', `/users/${reader.username}/block`, undefined, 204);
    expect(await status(reader, assetId)).toBe(404);
    await author.does('DELETE', `/users/${reader.username}/block`, undefined, 204);
    await author.does('PATCH', '/users/me', { isPrivate: false });
    expect(await status(reader, assetId)).toBe(201);
    await author.does('DELETE', `/posts/${String(id)}`, undefined, 204);
    expect(await status(reader, assetId)).toBe(404);
  });
});

describe('a session that ends', () => {
  const asked = (account: Account, path: string, method = 'POST') => account.ask(method, path);

  it.each([
    ['is logged out', (own: Account) => asked(own, '/auth/logout')],
    [
      'is revoked by another',
      async (own: Account, other: Account) => asked(other, `/auth/sessions/${await idOf(own)}`, 'DELETE'),
    ],
    ['goes with all others', (own: Account) => asked(own, '/auth/logout-all')],
    [
      'is stopped watching',
      async (own: Account, other: Account) => asked(other, `/playbacks?sessionId=${await idOf(own)}`, 'DELETE'),
    ],
  ])('ends its streams when it %s', async (_, end) => {
    const { account, watched } = await viewer();
    const other = second(await signIn(stack.url, account.email, 'correct horse'));
    const [own, others] = [await play(account, watched.assetId), await play(other, watched.assetId)];
    expect((await end(account, other)).status).toBe(204);
    expect((await fetch(own.manifestUrl)).status).toBe(410);
    if (!_.includes('all')) expect((await fetch(others.manifestUrl)).status).toBe(200);
  });

  it('asks which session is meant', async () => {
    const { account } = await viewer();
    for (const path of ['/playbacks', '/playbacks?sessionId=', '/playbacks?sessionId=x'])
      expect((await account.ask('DELETE', path)).status).toBe(400);
  });

  it('ends its streams by housekeeping as well, whatever ended the session', async () => {
    const { account, watched } = await viewer();
    const { manifestUrl } = await play(account, watched.assetId);
    const id = await idOf(account);
    await withRows(stack, (database) =>
      database.client.session.update({ where: { id }, data: { revokedAt: new Date() } }),
    );
    await until(
      () => fetch(manifestUrl),
      ({ status }) => status === 410,
    );
  });
});

describe('an account that is shut out', () => {
  it('loses its streams with its tenant, and its last place is given to nobody', async () => {
    const { account, watched } = await viewer();
    const { manifestUrl } = await play(account, watched.assetId);
    const admin = await stack.admin();
    expect((await admin.ask('POST', `/admin/tenants/${watched.tenantId}/suspend`)).status).toBe(200);
    expect((await fetch(manifestUrl)).status).toBe(410);
    expect((await account.ask('POST', `/assets/${watched.assetId}/play`)).status).toBe(403);
    expect((await admin.ask('POST', `/admin/tenants/${watched.tenantId}/unsuspend`)).status).toBe(200);
    expect(await playing(account)).toEqual([]);
  });

  it('loses its streams when it is deleted', async () => {
    const { account, watched } = await viewer();
    const { manifestUrl } = await play(account, watched.assetId);
    expect((await account.ask('DELETE', '/users/me', { password: 'correct horse' })).status).toBe(204);
    expect((await fetch(manifestUrl)).status).toBe(410);
  });
});

async function idOf(account: Account): Promise<string> {
  const { body } = await account.ask<{ items: { id: string; current: boolean }[] }>('GET', '/auth/sessions');
  return body.items.find(({ current }) => current)?.id ?? '';
}

it('needs somebody who has signed in', async () => {
  for (const [method, path] of [
    ['POST', `/assets/${randomUUID()}/play`],
    ['GET', '/playbacks'],
    ['POST', `/playbacks/${randomUUID()}/heartbeat`],
    ['DELETE', `/playbacks/${randomUUID()}`],
  ] as const)
    expect((await ask(stack.url, method, path)).status).toBe(401);
});
