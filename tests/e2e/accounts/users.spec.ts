import { signUp, type Account } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';

let stack: Stack;
let admin: Account;

beforeAll(async () => {
  stack = await startStack();
  admin = await stack.admin();
});
afterAll(() => stack.stop());

const idOf = async (account: Account) => (await account.ask<{ id: string }>('GET', '/users/me')).body.id;

it('a role that is changed counts from the next request, and is in the audit log', async () => {
  const someone = await signUp(stack.url);
  const id = await idOf(someone);
  expect((await someone.ask('GET', '/jobs')).status).toBe(403);
  expect((await someone.ask('PATCH', `/users/${id}`, { role: 'ADMIN' })).body).toMatchObject({ code: 'FORBIDDEN' });
  expect((await admin.ask('PATCH', `/users/${id}`, { role: 'ADMIN' })).body).toMatchObject({ id, role: 'ADMIN' });
  expect((await someone.ask('GET', '/jobs')).status).toBe(200);
  expect((await admin.ask('PATCH', `/users/${id}`, { role: 'USER' })).status).toBe(200);
  expect((await someone.ask('GET', '/jobs')).status).toBe(403);
  const { body } = await admin.ask<{ items: { payload: unknown }[] }>(
    'GET',
    `/audit?action=user.role-changed&subject=${id}`,
  );
  expect(body.items.map(({ payload }) => payload)).toEqual([
    { from: 'ADMIN', to: 'USER' },
    { from: 'USER', to: 'ADMIN' },
  ]);
});

it('the last administrator stays one, also when two demote each other at once', async () => {
  const me = await idOf(admin);
  expect((await admin.ask('PATCH', `/users/${me}`, { role: 'USER' })).body).toMatchObject({
    status: 409,
    code: 'LAST_ADMIN',
  });
  const other = await signUp(stack.url);
  const otherId = await idOf(other);
  await admin.ask('PATCH', `/users/${otherId}`, { role: 'ADMIN' });
  const answers = await Promise.all([
    admin.ask('PATCH', `/users/${otherId}`, { role: 'USER' }),
    other.ask('PATCH', `/users/${me}`, { role: 'USER' }),
  ]);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  // Either may have been first; whatever comes next needs this one.
  await stack.sql(`UPDATE users SET role = 'ADMIN' WHERE id = $1`, [me]);
});

it('unknown accounts and roles are refused', async () => {
  for (const id of ['01890000-0000-7000-8000-000000000000', 'nobody'])
    expect((await admin.ask('PATCH', `/users/${id}`, { role: 'USER' })).body).toMatchObject({ code: 'USER_NOT_FOUND' });
  const id = await idOf(await signUp(stack.url));
  for (const body of [{ role: 'ROOT' }, { role: 'USER', email: 'x@example.com' }, {}, undefined])
    expect((await admin.ask('PATCH', `/users/${id}`, body)).body).toMatchObject({ code: 'VALIDATION_FAILED' });
});

it('a JSON content type without a body is no body, and other types are refused', async () => {
  const someone = await signUp(stack.url);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect((await someone.ask('POST', '/auth/logout', 'a=b', form)).body).toMatchObject({
    code: 'MEDIA_TYPE_NOT_SUPPORTED',
  });
  expect((await someone.ask('POST', '/auth/logout', undefined, { 'content-type': 'application/json' })).status).toBe(
    204,
  );
});
