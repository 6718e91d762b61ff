import { ask, signIn, signUp, type Account, type Answer } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

interface SignedIn {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

interface SessionItem {
  id: string;
  userAgent: string | null;
  ip: string;
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
  current: boolean;
}

interface Page {
  items: SessionItem[];
  nextCursor: string | null;
}

const password = 'correct horse';
const GRACE = 5;

let stack: Stack;

beforeAll(async () => {
  // Two processes: what one has ended, the other refuses at once.
  stack = await startStack({ api: 2, env: { REFRESH_REUSE_GRACE_SECONDS: String(GRACE) } });
});
afterAll(() => stack.stop());

const elsewhere = (): string => stack.urls[1] ?? '';

const logIn = async (email: string, userAgent = 'test'): Promise<SignedIn> =>
  (await ask<SignedIn>(stack.url, 'POST', '/auth/login', { email, password }, { 'user-agent': userAgent })).body;

const refresh = (refreshToken: string, url = stack.url): Promise<Answer<SignedIn & { code?: string }>> =>
  ask(url, 'POST', '/auth/refresh', { refreshToken });

const me = ({ accessToken }: SignedIn, url = stack.url): Promise<Answer> =>
  ask(url, 'GET', '/users/me', undefined, { authorization: `Bearer ${accessToken}` });

describe('refresh', () => {
  it('rotates: each time another pair, and the account stays signed in', async () => {
    const { email } = await signUp(stack.url);
    const seen: SignedIn[] = [await logIn(email)];
    for (const url of [stack.url, elsewhere(), stack.url]) {
      const answer = await refresh(seen.at(-1)?.refreshToken ?? '', url);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ user: { email }, expiresIn: 900 });
      expect((await me(answer.body)).status).toBe(200);
      seen.push(answer.body);
    }
    expect(new Set(seen.map(({ refreshToken }) => refreshToken)).size).toBe(4);
    expect(new Set(seen.map(({ accessToken }) => accessToken)).size).toBe(4);
  });

  it('ten tabs at once, at two servers, all stay signed in', async () => {
    const { email } = await signUp(stack.url);
    const { refreshToken } = await logIn(email);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => refresh(refreshToken, stack.urls[index % 2])),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    const next = await Promise.all(answers.map(({ body }) => refresh(body.refreshToken)));
    expect(next.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
  });

  it('with a token that was used before ends its whole session, and no other', async () => {
    const { email } = await signUp(stack.url);
    const [stolen, other] = [await logIn(email), await logIn(email)];
    const successor = (await refresh(stolen.refreshToken)).body;
    const reused = await until(
      () => refresh(stolen.refreshToken, elsewhere()),
      ({ status }) => status !== 200,
    );
    expect(reused.body).toMatchObject({ status: 401, code: 'REFRESH_TOKEN_REUSED' });
    expect(reused.headers.get('www-authenticate')).toBe('Bearer');
    expect((await refresh(successor.refreshToken)).body).toMatchObject({ status: 401, code: 'REFRESH_TOKEN_INVALID' });
    for (const url of stack.urls)
      for (const token of [stolen, successor])
        expect((await me(token, url)).body).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect((await me(other)).status).toBe(200);
    const audit = await (
      await stack.admin()
    ).ask<{ items: unknown[] }>('GET', `/audit?action=auth.refresh-reused&actor=${encodeURIComponent(email)}`);
    expect(audit.body.items).toMatchObject([{ subject: { type: 'session' }, ip: '127.0.0.1' }]);
  });

  it.each([
    ['nonsense', () => 'nonsense'],
    ['nothing', () => ''],
    ['an access token', ({ accessToken }: SignedIn) => accessToken.slice(0, 200)],
    ['an id without its secret', ({ refreshToken }: SignedIn) => refreshToken.split('.')[0] ?? ''],
    ['another secret', ({ refreshToken }: SignedIn) => refreshToken.replace(/\..*/, `.${'A'.repeat(43)}`)],
  ])('refuses %s, and the session lives on', async (_, spoil) => {
    const signedIn = await logIn((await signUp(stack.url)).email);
    const answer = await refresh(spoil(signedIn));
    expect(answer.body).toMatchObject({ status: 401, code: 'REFRESH_TOKEN_INVALID' });
    expect((await refresh(signedIn.refreshToken)).status).toBe(200);
  });

  it.each([{}, { refreshToken: 7 }, { refreshToken: 'x'.repeat(201) }, { refreshToken: 'x', role: 'ADMIN' }])(
    'refuses the body %j',
    async (body) => {
      const answer = await ask(stack.url, 'POST', '/auth/refresh', body);
      expect(answer.body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    },
  );
});

describe('logout', () => {
  it('ends the session at every server at once', async () => {
    const signedIn = await logIn((await signUp(stack.url)).email);
    const authorization = `Bearer ${signedIn.accessToken}`;
    expect((await ask(stack.url, 'POST', '/auth/logout', undefined, { authorization })).status).toBe(204);
    for (const url of stack.urls) expect((await me(signedIn, url)).body).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await refresh(signedIn.refreshToken)).body).toMatchObject({ status: 401, code: 'REFRESH_TOKEN_INVALID' });
  });

  it('-all ends every session of the account, and of nobody else', async () => {
    const [account, bystander] = [await signUp(stack.url), await signUp(stack.url)];
    const others = [await logIn(account.email), await logIn(account.email)];
    expect((await account.ask('POST', '/auth/logout-all')).status).toBe(204);
    expect((await account.ask('GET', '/users/me')).status).toBe(401);
    for (const other of others) expect((await refresh(other.refreshToken)).status).toBe(401);
    expect((await bystander.ask('GET', '/users/me')).status).toBe(200);
    expect((await logIn(account.email)).expiresIn).toBe(900);
  });
});

describe('the list of sessions', () => {
  let account: Account;
  let phone: SignedIn;

  beforeAll(async () => {
    const { email } = await signUp(stack.url);
    account = await signIn(stack.url, email, password);
    phone = await logIn(email, 'a phone');
  });

  const list = async (query = ''): Promise<Page> => (await account.ask<Page>('GET', `/auth/sessions${query}`)).body;

  it('shows every device, newest first, and which one asks', async () => {
    const { items, nextCursor } = await list();
    expect(items).toHaveLength(3);
    expect(items[0]).toEqual({
      id: expect.any(String),
      userAgent: 'a phone',
      ip: '127.0.0.1',
      createdAt: expect.any(String),
      lastUsedAt: items[0]?.createdAt,
      expiresAt: expect.any(String),
      current: false,
    });
    expect(items.map(({ current }) => current)).toEqual([false, true, false]);
    const [seconds] = items.map((item) => (Date.parse(item.expiresAt) - Date.parse(item.createdAt)) / 1000);
    expect(seconds).toBe(7 * 24 * 3600);
    expect(nextCursor).toBeNull();
  });

  it('comes in pages', async () => {
    const all = (await list()).items.map(({ id }) => id);
    const paged: string[] = [];
    let page = await list('?limit=1');
    for (; page.nextCursor; page = await list(`?limit=1&cursor=${page.nextCursor}`))
      paged.push(...page.items.map(({ id }) => id));
    expect([...paged, ...page.items.map(({ id }) => id)]).toEqual(all);
  });

  it('shows when a device was last used', async () => {
    await refresh(phone.refreshToken);
    const [latest] = (await list()).items;
    expect(Date.parse(latest?.lastUsedAt ?? '')).toBeGreaterThan(Date.parse(latest?.createdAt ?? ''));
  });

  it('lets one of them be signed out', async () => {
    const [latest] = (await list()).items;
    const path = `/auth/sessions/${latest?.id}`;
    expect((await account.ask('DELETE', path)).status).toBe(204);
    expect((await me(phone, elsewhere())).status).toBe(401);
    expect((await list()).items).toHaveLength(2);
    expect((await account.ask('DELETE', path)).body).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
    expect((await account.ask('GET', '/users/me')).status).toBe(200);
  });

  it("knows nothing of somebody else's sessions", async () => {
    const stranger = await signUp(stack.url);
    for (const { id } of (await list()).items)
      expect((await stranger.ask('DELETE', `/auth/sessions/${id}`)).body).toMatchObject({
        status: 404,
        code: 'SESSION_NOT_FOUND',
      });
    expect((await stranger.ask('DELETE', '/auth/sessions/nonsense')).status).toBe(404);
    expect((await account.ask('GET', '/users/me')).status).toBe(200);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'user=me', 'cursor=nonsense'])('refuses ?%s', async (query) => {
    expect((await account.ask('GET', `/auth/sessions?${query}`)).body).toMatchObject({ status: 400 });
  });
});
