import { JwtService } from '@nestjs/jwt';
import net from 'node:net';
import pg from 'pg';
import { ask, signUp, type Account } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: Stack;
let database: pg.Pool;

beforeAll(async () => {
  stack = await startStack();
  database = new pg.Pool({ connectionString: stack.databaseUrl });
});
afterAll(async () => {
  await database.end();
  await stack.stop();
});

interface StreamEvent {
  event: string;
  id: string | undefined;
  data: Record<string, unknown>;
}

/** Reads a stream as it comes. */
async function openStream(account: Account, headers: Record<string, string> = {}) {
  const { body } = await account.ask<{ token: string }>('POST', '/events/token');
  const abort = new AbortController();
  const response = await fetch(`${stack.url}/events/stream?token=${body.token}`, { headers, signal: abort.signal });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('x-request-id')).toBeTruthy();
  const stream = { events: [] as StreamEvent[], ended: false, close: () => abort.abort() };
  void read(response, stream.events)
    .catch(() => undefined)
    .finally(() => (stream.ended = true));
  await until(
    () => stream.events.length,
    (count) => count > 0,
  );
  return stream;
}

async function read(response: Response, events: StreamEvent[]): Promise<void> {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const event = field('event');
      if (event)
        events.push({ event, id: field('id'), data: JSON.parse(field('data') ?? '{}') as StreamEvent['data'] });
    }
  }
}

async function told(account: Account, count: number): Promise<string> {
  const { body } = await account.ask<{ id: string }>('GET', '/users/me');
  for (let index = 0; index < count; index++)
    await database.query(`SELECT notify_account($1, 'followed', gen_random_uuid()::text, NULL, '{}')`, [body.id]);
  return body.id;
}

it('streams what the account is told, and goes on after Last-Event-ID', async () => {
  const account = await signUp(stack.url);
  await told(account, 3);
  const stream = await openStream(account, { 'last-event-id': '1' });
  await until(
    () => stream.events.length,
    (count) => count === 3,
  );
  expect(stream.events.map(({ event, id }) => [event, id])).toEqual([
    ['hello', '1-0'],
    ['notification', '2-0'],
    ['notification', '3-0'],
  ]);
  await told(account, 1);
  await until(
    () => stream.events.at(-1)?.id,
    (id) => id === '4-0',
  );
  stream.close();
});

it('opens with a token of its own only, for a short time, and ends with the session', async () => {
  const account = await signUp(stack.url);
  const { body } = await account.ask<{ token: string; expiresAt: string }>('POST', '/events/token');
  expect(Date.parse(body.expiresAt)).toBeGreaterThan(Date.now());
  const code = async (token: string) => (await ask(stack.url, 'GET', `/events/stream?token=${token}`)).body.code;
  expect(await code(account.accessToken)).toBe('UNAUTHENTICATED');
  expect(await code('nonsense')).toBe('UNAUTHENTICATED');
  expect(await code('')).toBe('VALIDATION_FAILED');
  // Nor does it open anything else.
  const other = await ask(stack.url, 'GET', '/users/me', undefined, { authorization: `Bearer ${body.token}` });
  expect(other.status).toBe(401);
  const stream = await openStream(account);
  const jwt = new JwtService({ secret: 'signs the access tokens of the tests' });
  const { sub, tid, sid } = jwt.decode<Record<string, string>>(body.token);
  const late = { issuer: 'media-inbox', audience: 'media-inbox-events', expiresIn: -1 };
  expect(await code(jwt.sign({ sub, tid, sid }, late))).toBe('ACCESS_TOKEN_EXPIRED');
  expect(stream.ended).toBe(false);
  await account.ask('POST', '/auth/logout-all');
  await until(
    () => stream.ended,
    (ended) => ended,
  );
  expect(stream.events.at(-1)).toMatchObject({ event: 'goodbye', data: { code: 'SESSION_ENDED' } });
});

it('an account has as many connections as it may, also where it asks for more at once', async () => {
  const account = await signUp(stack.url);
  const { body } = await account.ask<{ token: string }>('POST', '/events/token');
  const abort = new AbortController();
  const open = () => fetch(`${stack.url}/events/stream?token=${body.token}`, { signal: abort.signal });
  const statuses = (await Promise.all(Array.from({ length: 50 }, open))).map(({ status }) => status);
  abort.abort();
  expect(statuses.filter((status) => status === 200)).toHaveLength(20);
  expect(statuses.filter((status) => status === 429)).toHaveLength(30);
});

it('whoever does not read is cut off, with all that waits for them', async () => {
  await stack.startApi({ LIVE_CONNECTIONS_PER_ACCOUNT: '1', STREAM_TOKEN_TTL_SECONDS: '3600' });
  await stack.untilReady();
  const url = new URL(stack.urls.at(-1) ?? '');
  const account = (await signUp(stack.url)).at(url.origin);
  const { body } = await account.ask<{ token: string }>('POST', '/events/token');
  const path = `/events/stream?token=${body.token}`;
  const socket = net.connect(Number(url.port), url.hostname);
  // It may be reset.
  socket.on('error', () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  const status = async () => {
    const response = await fetch(`${url.origin}${path}`);
    await response.body?.cancel();
    return response.status;
  };
  expect(await status()).toBe(429);
  // More than the buffers of both ends take.
  await database.query(
    `INSERT INTO posts (id, author_id, text, hashtags, number, published_at)
     SELECT gen_random_uuid(), $1, repeat('x', 100000), '{}', nextval('post_numbers'), now()
     FROM generate_series(1, 200)`,
    [await told(account, 0)],
  );
  await until(status, (is) => is === 200);
  socket.destroy();
});

describe('notifications', () => {
  interface Page {
    items: { id: number; readAt: string | null }[];
    nextCursor: string | null;
    unread: number;
  }
  const list = async (account: Account, query = '') => (await account.ask<Page>('GET', `/notifications${query}`)).body;

  it('are listed page by page, newest first, and counted until they are read', async () => {
    const account = await signUp(stack.url);
    await told(account, 5);
    const first = await list(account, '?limit=2');
    expect(first).toMatchObject({ items: [{ id: 5 }, { id: 4 }], unread: 5 });
    const second = await list(account, `?limit=3&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ items: [{ id: 3 }, { id: 2 }, { id: 1 }], nextCursor: null });
    for (let twice = 0; twice < 2; twice++)
      expect((await account.ask('PUT', '/notifications/4/read')).status).toBe(204);
    expect(await list(account, '?unread=true')).toMatchObject({
      items: [{ id: 5 }, { id: 3 }, { id: 2 }, { id: 1 }],
      unread: 4,
    });
    expect((await account.ask('PUT', '/notifications/read', { upTo: 3 })).status).toBe(204);
    expect(await list(account)).toMatchObject({ unread: 1, items: [{ id: 5, readAt: null }, {}, {}, {}, {}] });
  });

  it('that are another account’s, or none, are not found; bad input is refused', async () => {
    const [account, stranger] = await Promise.all([signUp(stack.url), signUp(stack.url)]);
    await told(stranger, 1);
    for (const id of ['1', '0', '-1', 'x', '99999999999', '1.5', '1-', '-', '1-2-3', '1-99999999999999999999'])
      expect((await account.ask('PUT', `/notifications/${id}/read`)).body).toMatchObject({
        code: 'NOTIFICATION_NOT_FOUND',
      });
    expect((await account.ask('PUT', '/notifications/read', { upTo: 'x' })).status).toBe(400);
    expect((await account.ask('GET', '/notifications?cursor=zzz')).body).toMatchObject({ code: 'INVALID_CURSOR' });
  });
});
