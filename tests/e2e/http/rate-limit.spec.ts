import { randomUUID } from 'node:crypto';
import { ask, signUp, type Answer } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const PER_MINUTE = 40;
const AUTH_PER_MINUTE = 12;
const PER_ACCOUNT = 5;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    api: 2,
    env: {
      // Each test comes from an address of its own.
      TRUST_PROXY: '127.0.0.1',
      RATE_LIMIT_PER_MINUTE: String(PER_MINUTE),
      AUTH_RATE_LIMIT_PER_MINUTE: String(AUTH_PER_MINUTE),
      LOGIN_RATE_LIMIT_PER_ACCOUNT: String(PER_ACCOUNT),
    },
  });
});
afterAll(() => stack.stop());

let addresses = 0;
const newAddress = (): string => `192.0.2.${++addresses}`;
const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
const nobody = () => ({ email: `${randomUUID()}@example.com`, password: 'wrong' });

/** `count` requests at once, spread over both processes. */
const many = (count: number, request: (url: string, index: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => request(stack.urls[index % 2] ?? '', index)));

const refused = (answers: Answer[]): Answer[] => answers.filter(({ status }) => status === 429);

function expectRefusal({ body, headers }: Answer, windowSeconds: number): void {
  expect(body).toMatchObject({ status: 429, code: 'RATE_LIMITED', type: '/problems/rate-limited' });
  const wait = Number(headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(windowSeconds);
  expect(headers.get('ratelimit')).toContain(`;r=0;t=${wait}`);
}

describe('the limit of every route', () => {
  it('is told on every answer, in the standard fields and in no others', async () => {
    const { headers } = await ask(stack.url, 'GET', '/users/me', undefined, from(newAddress()));
    expect(headers.get('ratelimit-policy')).toBe(`"default";q=${PER_MINUTE};w=60`);
    expect(headers.get('ratelimit')).toBe(`"default";r=${PER_MINUTE - 1};t=60`);
    expect([...headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
    expect(headers.get('retry-after')).toBeNull();
  });

  it('holds for one address over all processes and routes, exactly', async () => {
    const address = newAddress();
    const answers = await many(PER_MINUTE + 7, (url, index) =>
      ask(url, 'GET', index % 3 ? '/users/me' : '/assets', undefined, from(address)),
    );
    expect(refused(answers)).toHaveLength(7);
    for (const answer of refused(answers)) expectRefusal(answer, 60);
    expect((await ask(stack.url, 'GET', '/users/me', undefined, from(newAddress()))).status).toBe(401);
  });

  it('counts who is signed in by account, wherever the requests come from', async () => {
    const [one, other] = [await signUp(stack.url), await signUp(stack.url)];
    const answers = await many(PER_MINUTE + 3, () => one.ask('GET', '/users/me', undefined, from(newAddress())));
    expect(refused(answers)).toHaveLength(3);
    expect((await other.ask('GET', '/users/me')).status).toBe(200);
  });

  it('counts an IPv6 household as one', async () => {
    const answers = await many(PER_MINUTE + 2, (url, index) =>
      ask(url, 'GET', '/users/me', undefined, from(`2001:db8:0:7:${index.toString(16)}::1`)),
    );
    expect(refused(answers)).toHaveLength(2);
    expect((await ask(stack.url, 'GET', '/users/me', undefined, from('2001:db8:0:8::1'))).status).toBe(401);
  });

  it('leaves health, metrics and the documentation alone', async () => {
    const address = newAddress();
    await many(PER_MINUTE + 1, (url) => ask(url, 'GET', '/users/me', undefined, from(address)));
    for (const path of ['/health', '/health/ready', '/metrics', '/openapi.json']) {
      // A machine so busy that the database is not heard of in time is not ready (503).
      const { status, headers } = await until(
        () => ask(stack.url, 'GET', path, undefined, from(address)),
        (answer) => answer.status !== 503,
      );
      expect([path, status]).toEqual([path, 200]);
      expect(headers.get('ratelimit')).toBeNull();
    }
  });
});

describe('the limit of registering, signing in and refreshing', () => {
  it('holds for one address, all three together', async () => {
    const address = newAddress();
    const answers = await many(AUTH_PER_MINUTE + 4, (url, index) =>
      index % 3 === 0
        ? ask(url, 'POST', '/auth/refresh', { refreshToken: 'nonsense' }, from(address))
        : index % 3 === 1
          ? ask(url, 'POST', '/auth/login', nobody(), from(address))
          : ask(url, 'POST', '/auth/register', { email: 'none' }, from(address)),
    );
    expect(refused(answers)).toHaveLength(4);
    for (const answer of refused(answers)) {
      expectRefusal(answer, 60);
      expect(answer.headers.get('ratelimit-policy')).toContain(`"auth";q=${AUTH_PER_MINUTE};w=60`);
    }
    expect((await ask(stack.url, 'POST', '/auth/login', nobody(), from(newAddress()))).status).toBe(401);
  });
});

describe('the limit of one account', () => {
  const logIn = (email: string, password: string, url = stack.url): Promise<Answer> =>
    ask(url, 'POST', '/auth/login', { email, password }, from(newAddress()));

  it('holds from whatever addresses and however the e-mail is written, and refuses the right password too', async () => {
    const { email } = await signUp(stack.url);
    const answers = await many(PER_ACCOUNT + 3, (url, index) =>
      logIn(index % 2 ? email : ` ${email.toUpperCase()} `, 'wrong', url),
    );
    expect(refused(answers)).toHaveLength(3);
    for (const answer of refused(answers)) {
      expectRefusal(answer, 900);
      expect(answer.headers.get('ratelimit-policy')).toContain(`"login";q=${PER_ACCOUNT};w=900`);
    }
    expectRefusal(await logIn(email, 'correct horse'), 900);
  });

  it('leaves other accounts and signed-in sessions alone', async () => {
    const [victim, other] = [await signUp(stack.url), await signUp(stack.url)];
    await many(PER_ACCOUNT + 1, () => logIn(victim.email, 'wrong'));
    expect((await victim.ask('GET', '/users/me')).status).toBe(200);
    expect((await logIn(other.email, 'correct horse')).status).toBe(200);
  });
});
