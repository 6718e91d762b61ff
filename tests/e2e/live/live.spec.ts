import { JwtService } from '@nestjs/jwt';
import pg from 'pg';
import { Account, ask, signUp } from '../../support/account.js';
import { connectLive, LiveClient } from '../../support/live-client.js';
import { newMember, whoIs } from '../../support/members.js';
import { photo, zip } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: Stack;
let jpeg: Buffer;
let database: pg.Pool;
const clients: LiveClient[] = [];

/** Two API processes, so that news have to find the one that a client is connected to. */
beforeAll(async () => {
  stack = await startStack({ api: 2, env: { LIVE_CONNECTIONS_PER_ACCOUNT: '3' } });
  database = new pg.Pool({ connectionString: stack.databaseUrl });
  jpeg = await photo(320, 240);
});
afterAll(async () => {
  for (const client of clients) client.close();
  await database.end();
  await stack.stop();
});

async function connect(account: Account, process = 0, options = {}): Promise<LiveClient> {
  const client = await connectLive(stack.urls[process] ?? '', account.accessToken, options);
  clients.push(client);
  return client;
}

const idOf = async (account: Account) => (await account.ask<{ id: string }>('GET', '/users/me')).body.id;

/** As whatever happens to an account does, behind the back of every process: nobody is given a hint. */
const tellQuietly = async (userId: string, count: number) => {
  for (let index = 0; index < count; index++)
    await database.query(`SELECT notify_account($1, 'followed', gen_random_uuid()::text, NULL, '{}')`, [userId]);
};

const idsOf = (client: LiveClient) => client.all('notification').map(({ id }) => id);

it('an upload is READY on the sockets of its owner, on whichever process, and nowhere else', async () => {
  const [account, stranger] = await Promise.all([signUp(stack.url), signUp(stack.url)]);
  const here = await connect(account, 0);
  const there = await connect(account, 1);
  const elsewhere = await connect(stranger, 1);
  const { assetId } = await account.upload(jpeg, { filename: 'beach.jpg' });
  for (const client of [here, there])
    expect(await client.hears('notification')).toEqual([
      expect.objectContaining({
        id: 1,
        kind: 'asset.ready',
        payload: { assetId, name: 'beach.jpg' },
        actor: null,
        readAt: null,
      }),
    ]);
  expect(elsewhere.all('notification')).toEqual([]);
});

it('who watches an asset hears how far it is, and that it is READY, once; a stranger may not watch it', async () => {
  const [account, stranger] = await Promise.all([signUp(stack.url), signUp(stack.url)]);
  const watcher = await connect(account, 1);
  const { assetId } = await account.upload(await photo());
  const answer = await watcher.asks('watch', { assetId });
  expect(answer).toMatchObject({ ok: true, status: expect.stringMatching(/PENDING|PROCESSING|READY/) });
  if (answer.status !== 'READY') expect(await watcher.hears('asset.ready')).toEqual([{ assetId }]);
  await account.settled(assetId);
  expect(await watcher.asks('watch', { assetId })).toEqual({ ok: true, status: 'READY' });
  const other = await connect(stranger);
  expect(await other.asks('watch', { assetId })).toMatchObject({ ok: false, code: 'ASSET_NOT_FOUND' });
});

it('a file that is no picture is told as FAILED, with its reason', async () => {
  const account = await signUp(stack.url);
  const client = await connect(account);
  const broken = Buffer.concat([jpeg.subarray(0, 400), zip()]);
  const { assetId } = await account.upload(broken);
  const [told] = await client.hears('notification');
  expect(told).toMatchObject({ kind: 'asset.failed', payload: { assetId, code: expect.any(String) } });
});

it('who comes back gets what was missed, once and in order, and then what is new', async () => {
  const account = await signUp(stack.url);
  const id = await idOf(account);
  const first = await connect(account);
  await tellQuietly(id, 3);
  // No hint was given: the look at everything finds them.
  await first.hears('notification', 3);
  first.close();
  await tellQuietly(id, 250);
  const second = await connect(account, 1, { lastNotification: 2 });
  const live = tellQuietly(id, 20);
  await second.hears('notification', 271);
  await live;
  expect(idsOf(second)).toEqual(Array.from({ length: 271 }, (_, index) => index + 3));
  const third = await connect(account);
  expect(third.all('hello')).toEqual([{ userId: id, lastNotification: 273, lastPost: 0 }]);
  // More than there is: it hears of the next all the same.
  const liar = await connect(account, 0, { lastNotification: 2_000_000_000 });
  await tellQuietly(id, 1);
  expect(await liar.hears('notification')).toEqual([expect.objectContaining({ id: 274 })]);
});

it('news of a process that is killed between the row and the word arrive all the same', async () => {
  const account = await signUp(stack.url);
  const client = await connect(account);
  for (const worker of stack.workers) await worker.stop();
  const doomed = stack.startWorker({ FAILPOINT: 'news:committed' });
  const { assetId } = await account.upload(jpeg);
  expect(await doomed.ended).toBe('SIGKILL');
  expect(await client.hears('notification')).toEqual([
    expect.objectContaining({ kind: 'asset.ready', payload: { assetId, name: 'photo.jpg' } }),
  ]);
  stack.startWorker();
});

describe('a connection', () => {
  it('is refused without a good token, with the code that says why', async () => {
    for (const token of ['', 'nonsense', 'a.b.c', 'x'.repeat(5000)]) {
      const client = new LiveClient(stack.url, token);
      clients.push(client);
      await until(
        () => client.refusal,
        (refusal) => refusal === 'UNAUTHENTICATED',
      );
    }
  });

  it('ends with its session, on another process too', async () => {
    const account = await signUp(stack.url);
    const client = await connect(account, 1);
    await account.ask('POST', '/auth/logout');
    expect(await client.hears('goodbye')).toMatchObject([{ code: 'SESSION_ENDED' }]);
    await until(
      () => client.ended,
      (ended) => ended,
    );
    const again = new LiveClient(stack.url, account.accessToken);
    clients.push(again);
    await until(
      () => again.refusal,
      (refusal) => refusal === 'UNAUTHENTICATED',
    );
  });

  it('ends at once when its account is removed, and when its tenant is suspended', async () => {
    // Nobody looks by himself.
    const slow = await startStack({ env: { RECONCILE_INTERVAL_SECONDS: '3600' } });
    try {
      const owner = await signUp(slow.url);
      const { tenantId } = await whoIs(owner);
      const members = [await newMember(owner, 'VIEWER'), await newMember(owner, 'VIEWER')];
      const [removed, shutOut] = await Promise.all(
        members.map(({ accessToken }) => connectLive(slow.url, accessToken)),
      );
      clients.push(...[removed, shutOut].filter((client) => client !== undefined));
      const [first] = members;
      const { id } = await whoIs(first ?? owner);
      expect((await owner.ask('DELETE', `/tenant/members/${id}`)).status).toBe(204);
      expect(await removed?.hears('goodbye')).toMatchObject([{ code: 'SESSION_ENDED' }]);
      const admin = await slow.admin();
      expect((await admin.ask('POST', `/admin/tenants/${tenantId}/suspend`)).status).toBe(200);
      expect(await shutOut?.hears('goodbye')).toMatchObject([{ code: 'SESSION_ENDED' }]);
    } finally {
      await slow.stop();
    }
  });

  it('of one account is one of a few', async () => {
    const account = await signUp(stack.url);
    for (let count = 0; count < 3; count++) await connect(account);
    await expect(connect(account)).rejects.toThrow('TOO_MANY_CONNECTIONS');
  });

  it('that floods, sends rubbish or huge frames is ended or answered, and the others are not disturbed', async () => {
    const account = await signUp(stack.url);
    const [flooder, rubbish, huge] = [await connect(account), await connect(account), await connect(account)];
    for (const message of [undefined, null, 7, 'x', [], {}, { assetId: 'x' }, { assetId: {} }, { token: 1 }])
      for (const event of ['watch', 'refresh'])
        expect(await rubbish.asks(event, message)).toMatchObject({ ok: false, code: 'VALIDATION_FAILED' });
    for (let count = 0; count < 1000; count++) flooder.socket.emit('anything', count);
    expect(await flooder.hears('goodbye')).toMatchObject([{ code: 'TOO_MANY_MESSAGES' }]);
    huge.socket.emit('watch', 'x'.repeat(100_000));
    await until(
      () => huge.ended && flooder.ended,
      (ended) => ended,
    );
    expect(rubbish.ended).toBe(false);
    expect((await ask(stack.url, 'GET', '/health')).status).toBe(200);
  });
});

it('ends politely when its token expires, unless that was refreshed in place', async () => {
  const [account, stranger] = await Promise.all([signUp(stack.url), signUp(stack.url)]);
  const jwt = new JwtService({ secret: 'signs the access tokens of the tests' });
  const { sub, tid, sid } = jwt.decode<Record<string, string>>(account.accessToken);
  const issuer = 'media-inbox';
  const short = () =>
    new Account(stack.url, jwt.sign({ sub, tid, sid }, { issuer, audience: issuer, expiresIn: 15 }), '');
  const refreshed = await connect(short(), 0);
  for (const token of ['nonsense', stranger.accessToken])
    expect(await refreshed.asks('refresh', { token })).toMatchObject({ ok: false, code: 'UNAUTHENTICATED' });
  expect(await refreshed.asks('refresh', { token: account.accessToken })).toMatchObject({ ok: true });
  const left = await connect(short(), 1);
  expect(await left.hears('goodbye')).toMatchObject([{ code: 'TOKEN_EXPIRED' }]);
  await tellQuietly(sub ?? '', 1);
  await refreshed.hears('notification');
  expect(refreshed.all('goodbye')).toEqual([]);
});

describe('processes for one thing alone', () => {
  it('live answers no requests, api takes no connections, and news go from one to the other', async () => {
    await stack.startApi({ ROLE: 'live' });
    await stack.startApi({ ROLE: 'api' });
    await stack.untilReady();
    const [live, rest] = stack.urls.slice(-2) as [string, string];
    const account = await signUp(rest);
    expect((await ask(live, 'GET', '/assets')).body).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
    expect((await ask(rest, 'GET', '/events/stream?token=x')).body).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
    const client = await connectLive(live, account.accessToken);
    clients.push(client);
    const { assetId } = await account.upload(jpeg);
    expect(await client.hears('notification')).toMatchObject([{ payload: { assetId } }]);
  });
});
