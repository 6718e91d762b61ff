import { randomUUID } from 'node:crypto';
import { ask } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(path, stack.url), { headers, redirect: 'manual' });

const nonceOf = (text: string | null): string | undefined => /nonce[-=]"?([\w+/=]+)/.exec(text ?? '')?.[1];

describe('the console', () => {
  it('is where a browser that opens the API is sent, and nobody else', async () => {
    const browser = await get('/', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    expect([browser.status, browser.headers.get('location')]).toEqual([302, '/app/']);
    expect((await get('/app')).headers.get('location')).toBe('/app/');
    const program = await get('/', { accept: 'application/json' });
    expect(program.status).toBe(404);
    expect(await program.json()).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
  });

  it.each(['/app/', '/app/assets/01a1fe83-2cd1-7016-8095-e858880f398b', '/app/no-such-page'])(
    'answers %s with its page, under a policy of its own',
    async (path) => {
      const [first, second] = [await get(path), await get(path)];
      expect(first.status).toBe(200);
      expect(first.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(first.headers.get('cache-control')).toBe('no-store');
      const policy = first.headers.get('content-security-policy');
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      expect(policy).toContain(`connect-src 'self' ${stack.url}`);
      const html = await first.text();
      expect(html).toContain('<div id="app">');
      expect(nonceOf(html)).toBe(nonceOf(policy));
      expect(nonceOf(second.headers.get('content-security-policy'))).not.toBe(nonceOf(policy));
    },
  );

  it('has its files kept for a year, compressed, and no others there', async () => {
    const [script] = /\/app\/static\/[\w-]+\.js/.exec(await (await get('/app/')).text()) ?? [];
    const answer = await get(script ?? 'no script', { 'accept-encoding': 'br' });
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBe('br');
    expect(await answer.text()).toContain('createRoot');
    for (const path of ['/app/static/none.js', '/app/static/..%2findex.html'])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
  });

  it('takes no address of the API', async () => {
    expect((await get('/assets')).status).toBe(401);
    expect((await get('/health')).status).toBe(200);
  });
});

describe('a refresh token that the browser keeps', () => {
  const password = 'correct horse';
  const asPage = { 'x-session': 'cookie' };

  const register = () =>
    ask<{ refreshToken: string | null; accessToken: string; code?: string }>(
      stack.url,
      'POST',
      '/auth/register',
      { email: `${randomUUID()}@example.com`, password },
      asPage,
    );
  const cookieOf = (headers: Headers): string => headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  const refresh = (cookie: string, headers: Record<string, string> = asPage, body: unknown = {}) =>
    ask<{ refreshToken: string | null; accessToken: string; code?: string }>(stack.url, 'POST', '/auth/refresh', body, {
      ...headers,
      cookie,
    });

  it('is in no body, only in a cookie that no script reads and no other site sends', async () => {
    const { status, headers, body } = await register();
    expect(status).toBe(201);
    expect(body.refreshToken).toBeNull();
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^media_inbox_refresh=[\w.-]{60,}; Path=\/auth\/refresh; Max-Age=604800; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    const refreshed = await refresh(cookieOf(headers));
    expect(refreshed.status).toBe(200);
    expect(refreshed.body.refreshToken).toBeNull();
    expect(cookieOf(refreshed.headers)).not.toBe(cookieOf(headers));
  });

  it('counts only with the header that other sites cannot send, and leaves bodies as they were without it', async () => {
    const { headers } = await register();
    const bare = await refresh(cookieOf(headers), {});
    expect([bare.status, bare.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    const { body } = await ask<{ refreshToken: string }>(stack.url, 'POST', '/auth/register', {
      email: `${randomUUID()}@example.com`,
      password,
    });
    expect(body.refreshToken).toMatch(/^[\w.-]{60,}$/);
    // A page that was made to show somebody else's token shows its own cookie all the same.
    expect((await refresh('', asPage, body)).status).toBe(401);
  });

  it('is forgotten when it is no longer good, and when its device signs out', async () => {
    const unknown = await refresh('media_inbox_refresh=never-was');
    expect([unknown.status, unknown.body.code]).toEqual([401, 'REFRESH_TOKEN_INVALID']);
    expect(unknown.headers.getSetCookie()[0]).toContain('media_inbox_refresh=; Path=/auth/refresh; Max-Age=0');
    const { headers, body } = await register();
    const authorization = `Bearer ${body.accessToken}`;
    const out = await ask(stack.url, 'POST', '/auth/logout', undefined, { ...asPage, authorization });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie()[0]).toContain('Max-Age=0');
    expect((await refresh(cookieOf(headers))).status).toBe(401);
  });

  it('goes over TLS alone where the installation has it', async () => {
    const api = await stack.startApi({ PUBLIC_URL: 'https://media.example.com/inbox' });
    const url = stack.urls.at(-1) ?? '';
    const answer = () => ask(url, 'POST', '/auth/login', { email: 'nobody@example.com', password }, asPage);
    await until(
      () => answer().catch(() => null),
      (one) => one !== null,
    );
    expect((await answer()).headers.getSetCookie()[0]).toMatch(/Path=\/inbox\/auth\/refresh; .*; Secure$/);
    await api.stop();
  });
});
