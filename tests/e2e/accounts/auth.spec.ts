import { createHmac, randomUUID } from 'node:crypto';
import pg from 'pg';
import { ask, signUp, type Account, type Answer } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const JWT_SECRET = 'signs the access tokens of this test';
const password = 'correct horse';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { JWT_SECRET } });
});
afterAll(() => stack.stop());

const post = (path: string, body?: unknown, headers?: Record<string, string>) =>
  ask(stack.url, 'POST', path, body, headers);
const newEmail = (): string => `${randomUUID()}@example.com`;

interface AuditEntry {
  ip: string;
  requestId: string;
  payload: Record<string, unknown>;
}

async function audit(query: string): Promise<AuditEntry[]> {
  const admin = await stack.admin();
  return (await admin.ask<{ items: AuditEntry[] }>('GET', `/audit?${query}`)).body.items;
}

describe('register', () => {
  it('makes an account that is signed in', async () => {
    const email = newEmail();
    const username = `u-${randomUUID().slice(0, 8)}`;
    const { status, body } = await post('/auth/register', { email, password, username });
    expect(status).toBe(201);
    expect(body).toEqual({
      user: {
        id: expect.any(String),
        email,
        username,
        role: 'USER',
        tenantId: expect.any(String),
        tenantRole: 'OWNER',
        streamLimit: null,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refreshToken: expect.any(String),
      expiresIn: 900,
    });
    const me = await ask(stack.url, 'GET', '/users/me', undefined, {
      authorization: `Bearer ${String(body.accessToken)}`,
    });
    // And what others see of the account besides.
    expect(me.body).toMatchObject({ ...(body.user as object), displayName: null, isPrivate: false });
  });

  it('makes a tenant of its own for each', async () => {
    const [one, other] = await Promise.all([signUp(stack.url), signUp(stack.url)]);
    const tenants = await Promise.all([one, other].map((account) => account.ask('GET', '/users/me')));
    expect(tenants[0]?.body.tenantId).not.toBe(tenants[1]?.body.tenantId);
  });

  it('one e-mail ten times at once: one account, nine are told', async () => {
    const email = newEmail();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        post('/auth/register', { email: index % 2 ? email : ` ${email.toUpperCase()} `, password }),
      ),
    );
    const codes = answers.map(({ status, body }) => (status === 201 ? 'made' : body.code)).sort();
    expect(codes).toEqual([...Array.from({ length: 9 }, () => 'EMAIL_TAKEN'), 'made']);
  });

  it('says which of e-mail and username is taken', async () => {
    const [email, username] = [newEmail(), `u-${randomUUID().slice(0, 8)}`];
    await post('/auth/register', { email, password, username });
    const sameName = await post('/auth/register', { email: newEmail(), password, username: username.toUpperCase() });
    expect(sameName.body).toMatchObject({ status: 409, code: 'USERNAME_TAKEN', errors: [{ pointer: '#/username' }] });
    const sameEmail = await post('/auth/register', { email, password });
    expect(sameEmail.body).toMatchObject({ status: 409, code: 'EMAIL_TAKEN', errors: [{ pointer: '#/email' }] });
  });

  it.each([
    [
      '73 bytes of password',
      { password: 'x'.repeat(73) },
      'the password has 73 bytes in UTF-8; at most 72 are possible',
    ],
    ['7 emoji', { password: '👍'.repeat(7) }, 'the password has 7 characters; at least 8 are needed'],
    ['19 emoji', { password: '👍'.repeat(19) }, 'the password has 76 bytes in UTF-8; at most 72 are possible'],
    ['a NUL', { password: 'correct\0horse' }, 'the password must not contain the character NUL'],
    ['no e-mail', { email: 'ada' }, 'expected an e-mail address such as ada@example.com'],
    ['a role', { role: 'ADMIN' }, 'Unrecognized key: "role"'],
    ['a role of theirs', { role: 'USER' }, 'Unrecognized key: "role"'],
    ['an unknown field', { isAdmin: true }, 'Unrecognized key: "isAdmin"'],
    ['a number for a password', { password: 12345678 }, 'Invalid input: expected string, received number'],
    ['a list for an e-mail', { email: ['a@b.co'] }, 'Invalid input: expected string, received array'],
    ['a username with spaces', { username: 'a b c' }, 'expected 3 to 32 of the characters a-z, 0-9, _, . and -'],
  ])('refuses %s, and says why', async (_, wrong, detail) => {
    const { body } = await post('/auth/register', { email: newEmail(), password, ...wrong });
    expect(body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ detail }] });
  });

  it.each(['register', 'login', 'refresh'])('%s refuses what is no JSON object', async (route) => {
    expect((await post(`/auth/${route}`, '{"email":')).body).toMatchObject({ status: 400, code: 'MALFORMED_BODY' });
    expect((await post(`/auth/${route}`, '"text"')).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect((await post(`/auth/${route}`)).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  it('takes 8 emoji for a password', async () => {
    const email = newEmail();
    expect((await post('/auth/register', { email, password: '👍'.repeat(8) })).status).toBe(201);
    expect((await post('/auth/login', { email, password: '👍'.repeat(8) })).status).toBe(200);
    expect((await post('/auth/login', { email, password: '👍'.repeat(7) })).status).toBe(401);
  });
});

describe('login', () => {
  it('opens one more session, whatever the case of the e-mail', async () => {
    const account = await signUp(stack.url);
    const { status, body } = await post('/auth/login', { email: ` ${account.email.toUpperCase()}`, password });
    expect(status).toBe(200);
    expect(body).toMatchObject({ user: { email: account.email }, expiresIn: 900 });
    expect(body.accessToken).not.toBe(account.accessToken);
  });

  it('answers a wrong password and an unknown e-mail alike', async () => {
    const account = await signUp(stack.url);
    const wrong = await post('/auth/login', { email: account.email, password: 'wrong' });
    const unknown = await post('/auth/login', { email: newEmail(), password: 'wrong' });
    const { requestId, ...said } = wrong.body;
    expect(said).toMatchObject({ status: 401, code: 'INVALID_CREDENTIALS' });
    expect(unknown.body).toEqual({ ...said, requestId: expect.any(String) });
    expect(requestId).not.toBe(unknown.body.requestId);
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('with a password that is being changed meanwhile opens no session', async () => {
    const { email } = await signUp(stack.url);
    const change = new pg.Client(stack.databaseUrl);
    await change.connect();
    try {
      await change.query('BEGIN');
      await change.query(`UPDATE users SET password_hash = 'another' WHERE email = $1`, [email]);
      const answer = post('/auth/login', { email, password });
      let answered = false;
      const seen = answer.finally(() => (answered = true));
      const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      await until(
        async () => answered || (await stack.sql(waits)).length > 0,
        (is) => is,
      );
      await change.query('COMMIT');
      expect((await seen).body).toMatchObject({ status: 401, code: 'INVALID_CREDENTIALS' });
    } finally {
      await change.end();
    }
    const ofAccount = 'SELECT 1 FROM sessions JOIN users ON users.id = user_id WHERE email = $1';
    expect(await stack.sql(ofAccount, [email])).toHaveLength(1);
  });

  it('takes the same time for an unknown e-mail as for a wrong password', async () => {
    const { email } = await signUp(stack.url);
    // The shortest of many: what others on the machine take comes on top of it.
    const shortest: [number, number] = [Infinity, Infinity];
    for (let round = 0; round < 15; round++)
      for (const [index, who] of [email, newEmail()].entries()) {
        const begun = performance.now();
        await post('/auth/login', { email: who, password: 'wrong' });
        shortest[index] = Math.min(shortest[index] ?? Infinity, performance.now() - begun);
      }
    const [wrong, unknown] = shortest;
    expect(unknown / wrong).toBeGreaterThan(0.5);
    expect(unknown / wrong).toBeLessThan(2);
  });

  it('is in the audit log, also when it failed, with address and request id', async () => {
    const { email } = await signUp(stack.url);
    const attempt = { email, password: 'not this one' };
    await post('/auth/login', attempt, { 'x-request-id': 'attempt-1' });
    const { body } = await post('/auth/login', { email, password }, { 'x-request-id': 'attempt-2' });
    const { id } = body.user as { id: string };
    const failed = await audit(`action=auth.login-failed&subject=${id}`);
    expect(failed).toMatchObject([{ requestId: 'attempt-1', ip: '127.0.0.1', actor: null, payload: { email } }]);
    const done = await audit(`actor=${id}`);
    expect(done).toMatchObject([{ action: 'auth.login', requestId: 'attempt-2' }, { action: 'auth.register' }]);
    expect(JSON.stringify([failed, done])).not.toMatch(/not this one|correct horse/);
  });
});

describe('an access token', () => {
  let account: Account;
  let claims: Record<string, unknown>;

  beforeAll(async () => {
    account = await signUp(stack.url);
    claims = JSON.parse(Buffer.from(account.accessToken.split('.')[1] ?? '', 'base64url').toString()) as typeof claims;
  });

  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const sign = (header: object, payload: object, secret = JWT_SECRET, hash = 'sha256'): string => {
    const text = `${encode(header)}.${encode(payload)}`;
    return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
  };
  const show = (token: string): Promise<Answer> =>
    ask(stack.url, 'GET', '/users/me', undefined, { authorization: `Bearer ${token}` });
  const hs256 = { alg: 'HS256', typ: 'JWT' };

  it('says whose it is, and lives 15 minutes', () => {
    expect(claims).toMatchObject({ iss: 'media-inbox', aud: 'media-inbox', sub: expect.any(String) });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(900);
  });

  it('as this test can make it is taken', async () => {
    expect((await show(sign(hs256, claims))).status).toBe(200);
  });

  it('that has expired is told so', async () => {
    const { headers, body } = await show(sign(hs256, { ...claims, exp: Math.floor(Date.now() / 1000) - 1 }));
    expect(body).toMatchObject({ status: 401, code: 'ACCESS_TOKEN_EXPIRED' });
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  it.each([
    ['tampered', () => account.accessToken.replace(/\.[\w-]+\./, `.${encode({ ...claims, sub: randomUUID() })}.`)],
    ['signed by somebody else', () => sign(hs256, claims, 'the secret of somebody else, also long')],
    ['expired and signed by somebody else', () => sign(hs256, { ...claims, exp: 1 }, 'the secret of somebody else')],
    ['unsigned', () => `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`],
    ['unsigned, in other letters', () => `${encode({ alg: 'nOnE', typ: 'JWT' })}.${encode(claims)}.`],
    ['unsigned, with the old signature', () => account.accessToken.replace(/^[\w-]+/, encode({ alg: 'none' }))],
    ['of another algorithm', () => sign({ alg: 'HS512', typ: 'JWT' }, claims, JWT_SECRET, 'sha512')],
    ['that says RS256', () => sign({ alg: 'RS256', typ: 'JWT' }, claims)],
    ['of another issuer', () => sign(hs256, { ...claims, iss: 'other' })],
    ['for another audience', () => sign(hs256, { ...claims, aud: 'other' })],
    ['without an expiry', () => sign(hs256, { ...claims, exp: undefined })],
    ['of no session', () => sign(hs256, { ...claims, sid: randomUUID() })],
    ['with a session that is no id', () => sign(hs256, { ...claims, sid: "' OR true --" })],
    ["of one account with another's session", () => sign(hs256, { ...claims, sub: randomUUID() })],
    ['that is none', () => 'x.y.z'],
    ['of 6 kB', () => 'x'.repeat(6_000)],
  ])('%s is refused', async (_, make) => {
    const { status, headers, body } = await show(make());
    expect(body).toMatchObject({ status: 401, code: 'UNAUTHENTICATED', instance: '/users/me' });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  it.each<Record<string, string>>([
    {},
    { authorization: '' },
    { authorization: 'Bearer' },
    { authorization: 'Basic YTpi' },
  ])('is asked for when there is none: %j', async (headers) => {
    const answer = await ask(stack.url, 'GET', '/users/me', undefined, headers);
    expect(answer.body).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });
});
