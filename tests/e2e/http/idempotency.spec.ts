import { randomUUID } from 'node:crypto';
import { ask, signUp, type Account } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';

let stack: Stack;
let account: Account;

beforeAll(async () => {
  stack = await startStack({ api: 2 });
  account = await signUp(stack.url);
});
afterAll(() => stack.stop());

const newKey = () => ({ 'idempotency-key': randomUUID() });
const good = { filename: 'a.jpg', contentType: 'image/jpeg', fileSize: 1_000 };
const somebody = () => ({ email: `${randomUUID()}@example.com`, password: 'a password nobody else has' });

it('answers a registration that is sent again as it did the first time, tokens and all', async () => {
  const [person, key] = [somebody(), newKey()];
  const first = await ask(stack.url, 'POST', '/auth/register', person, key);
  const again = await ask(stack.urls[1] ?? '', 'POST', '/auth/register', person, key);
  expect(first.status).toBe(201);
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  const other = await ask(stack.url, 'POST', '/auth/register', somebody(), key);
  expect(other.body).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
});

it('makes one API key however often it is asked for with the same Idempotency-Key', async () => {
  const key = newKey();
  const body = { name: 'once', scopes: ['read'] };
  const answers = [];
  for (let time = 0; time < 3; time++) answers.push(await account.ask('POST', '/api-keys', body, key));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
  const { body: list } = await account.ask<{ items: { name: string }[] }>('GET', '/api-keys');
  expect(list.items.filter(({ name }) => name === 'once')).toHaveLength(1);
});

describe('an answer', () => {
  type Made = { id: string; uploadId: string; user: { id: string } };
  const url = { url: 'https://nowhere.invalid/a.jpg' };
  const invitation = () => ({ email: `${randomUUID()}@example.com`, role: 'VIEWER' });

  // Rows of one transaction have the same xmin. An audit row, or an event, is written once and never changed.
  it.each<[string, object, (body: Made) => string, 'audit_logs' | 'events']>([
    ['/auth/register', somebody(), ({ user }) => user.id, 'audit_logs'],
    ['/api-keys', { name: 'website', scopes: ['read'] }, ({ id }) => id, 'audit_logs'],
    ['/tenant/invitations', invitation(), ({ id }) => id, 'audit_logs'],
    ['/posts', { text: 'once' }, ({ id }) => id, 'events'],
    ['/uploads/presign', good, ({ uploadId }) => uploadId, 'audit_logs'],
    ['/uploads/from-url', url, ({ uploadId }) => uploadId, 'audit_logs'],
  ])('of POST %s is kept in the transaction of what it tells', async (path, body, idOf, table) => {
    const key = newKey();
    const made = await account.ask<Made>('POST', path, body, key);
    expect(made.status).toBeLessThan(300);
    const sql = `SELECT keys.xmin::text = made.xmin::text AS together FROM idempotency_keys keys, ${table} made
      WHERE keys.key = $1 AND made.subject_id::text = $2`;
    expect(await stack.sql(sql, [key['idempotency-key'], idOf(made.body)])).toEqual([{ together: true }]);
    const again = await account.ask('POST', path, body, key);
    expect(again).toMatchObject({ status: made.status, body: made.body });
  });

  it('is not lost with a process that is killed before it has sent it: nothing is done twice', async () => {
    const doomed = await stack.startApi({ FAILPOINT: 'answer:before-keep' });
    await stack.untilReady();
    const [key, body] = [newKey(), { name: 'of the dead', scopes: ['read'] }];
    await expect(account.at(stack.urls.at(-1) ?? '').ask('POST', '/api-keys', body, key)).rejects.toThrow();
    expect(await doomed.ended).toBe('SIGKILL');
    const again = await account.ask<{ key: string }>('POST', '/api-keys', body, key);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    const { body: list } = await account.ask<{ items: { name: string }[] }>('GET', '/api-keys');
    expect(list.items.filter(({ name }) => name === body.name)).toHaveLength(1);
  });
});

it('keeps neither tokens nor passwords where they can be read', async () => {
  const [person, key] = [somebody(), newKey()];
  const { body } = await ask<{ refreshToken: string }>(stack.url, 'POST', '/auth/register', person, key);
  const rows = await stack.sql('SELECT * FROM idempotency_keys WHERE key = $1', [key['idempotency-key']]);
  expect(rows).toHaveLength(1);
  const kept = JSON.stringify(rows);
  for (const secret of [body.refreshToken, person.password, person.email]) expect(kept).not.toContain(secret);
});

it('lets one of many that come at once do it; the others are told to wait, or what it was answered', async () => {
  const key = newKey();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      ask(stack.urls[index % 2] ?? '', 'POST', '/uploads/presign', good, {
        authorization: `Bearer ${account.accessToken}`,
        ...key,
      }),
    ),
  );
  const done = answers.filter(({ status }) => status === 201);
  const told = answers.filter(({ status }) => status !== 201);
  expect(done.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
  expect(new Set(done.map(({ body }) => body.uploadId)).size).toBe(1);
  for (const { body, headers } of told) {
    expect(body).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_IN_USE' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
});

it('gives a key free again when the request was refused', async () => {
  const key = newKey();
  const refused = await account.ask('POST', '/uploads/presign', { ...good, fileSize: 1e15 }, key);
  expect(refused.status).toBe(413);
  expect((await account.ask('POST', '/uploads/presign', good, key)).status).toBe(201);
});

it('does not mix the keys of two accounts', async () => {
  const [other, key] = [await signUp(stack.url), newKey()];
  const [mine, theirs] = [
    await account.ask('POST', '/uploads/presign', good, key),
    await other.ask('POST', '/uploads/presign', good, key),
  ];
  expect([mine.status, theirs.status]).toEqual([201, 201]);
  expect(theirs.body.uploadId).not.toBe(mine.body.uploadId);
});

it.each(['', ' ', 'ö', 'x'.repeat(256)])('refuses a key that is none: %j', async (text) => {
  const sent = Buffer.from(text).toString('latin1');
  const { body } = await account.ask('POST', '/uploads/presign', good, { 'idempotency-key': sent });
  expect(body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
});
