import pg from 'pg';
import { somebody, type Somebody } from '../../support/people.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ workers: 1 });
});
afterAll(() => stack.stop());

interface People {
  items: { id: string }[];
  nextCursor: string | null;
  total: number;
}

const people = async (who: Somebody, path: string) => {
  const { items, total, nextCursor } = (await who.ask<People>('GET', path)).body;
  return { ids: items.map(({ id }) => id), total, nextCursor };
};

const kinds = async (who: Somebody) =>
  (await who.ask<{ items: { kind: string; actor: { id: string } }[] }>('GET', '/notifications')).body.items.map(
    ({ kind, actor }) => [kind, actor.id],
  );

it('whoever follows is counted and listed once, and tells once, however often and at once they do', async () => {
  const [ada, bob, eve] = [await somebody(stack.url), await somebody(stack.url), await somebody(stack.url)];
  const answers = await Promise.all(Array.from({ length: 8 }, () => bob.follow(ada)));
  expect(answers).toEqual(answers.map(() => ({ follow: 'yes' })));
  await eve.follow(ada);
  expect(await people(ada, `/users/${ada.username}/followers`)).toEqual({
    ids: [eve.id, bob.id],
    total: 2,
    nextCursor: null,
  });
  const first = await people(eve, `/users/${ada.username}/followers?limit=1`);
  const second = await people(eve, `/users/${ada.username}/followers?limit=1&cursor=${first.nextCursor}`);
  expect([...first.ids, ...second.ids, second.nextCursor]).toEqual([eve.id, bob.id, null]);
  expect(await people(ada, `/users/${bob.username}/following`)).toMatchObject({ ids: [ada.id], total: 1 });
  expect(await kinds(ada)).toEqual([
    ['followed', eve.id],
    ['followed', bob.id],
  ]);
  await Promise.all(Array.from({ length: 4 }, () => bob.does('DELETE', `/users/${ada.username}/follow`)));
  expect(await bob.does('GET', `/users/${ada.username}`)).toMatchObject({ followers: 1, you: { follow: 'no' } });
  await bob.follow(ada);
  expect(await kinds(ada)).toHaveLength(2);
});

it('two who follow each other at once do', async () => {
  for (let round = 0; round < 5; round++) {
    const [ada, bob] = [await somebody(stack.url), await somebody(stack.url)];
    await Promise.all([ada.follow(bob), bob.follow(ada)]);
    expect(await ada.does('GET', `/users/${bob.username}`)).toMatchObject({
      followers: 1,
      following: 1,
      you: { follow: 'yes', areFollowed: true },
    });
  }
});

it('a private profile lets people in one by one', async () => {
  const [ada, bob, eve] = [await somebody(stack.url), await somebody(stack.url), await somebody(stack.url)];
  await ada.does('PATCH', '/users/me', { isPrivate: true });
  expect(await bob.follow(ada)).toEqual({ follow: 'requested' });
  expect(await bob.follow(ada)).toEqual({ follow: 'requested' });
  expect(await eve.follow(ada)).toEqual({ follow: 'requested' });
  expect(await bob.does('GET', `/users/${ada.username}`)).toMatchObject({ you: { follow: 'requested' }, followers: 0 });
  expect((await bob.ask('GET', `/users/${ada.username}/followers`)).body).toMatchObject({ code: 'FORBIDDEN' });
  expect(await people(ada, '/users/me/follow-requests')).toEqual({ ids: [eve.id, bob.id], total: 2, nextCursor: null });
  expect(await kinds(ada)).toEqual([
    ['follow.requested', eve.id],
    ['follow.requested', bob.id],
  ]);
  await ada.does('PUT', `/users/me/follow-requests/${bob.username}`, undefined, 204);
  await ada.does('DELETE', `/users/me/follow-requests/${eve.username}`, undefined, 204);
  for (const answer of ['PUT', 'DELETE'])
    for (const who of [bob, eve])
      expect((await ada.ask(answer, `/users/me/follow-requests/${who.username}`)).body).toMatchObject({
        code: 'FOLLOW_REQUEST_NOT_FOUND',
      });
  expect(await bob.does('GET', `/users/${ada.username}`)).toMatchObject({ you: { follow: 'yes' } });
  expect(await eve.does('GET', `/users/${ada.username}`)).toMatchObject({ you: { follow: 'no' } });
  expect(await people(bob, `/users/${ada.username}/followers`)).toMatchObject({ ids: [bob.id] });
  expect(await kinds(bob)).toEqual([['follow.accepted', ada.id]]);
  await eve.follow(ada);
  expect(await eve.does('DELETE', `/users/${ada.username}/follow`)).toEqual({ follow: 'no' });
  expect(await people(ada, '/users/me/follow-requests')).toMatchObject({ ids: [] });
});

it('whoever is blocked sees nobody, and both follow each other no longer', async () => {
  const [ada, bob] = [await somebody(stack.url), await somebody(stack.url)];
  await Promise.all([ada.follow(bob), bob.follow(ada)]);
  await ada.does('PUT', `/users/${bob.username}/block`, undefined, 204);
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/followers'],
    ['PUT', '/follow'],
    ['PUT', '/block'],
  ] as const)
    expect((await bob.ask(method, `/users/${ada.username}${path}`)).body).toMatchObject({ code: 'USER_NOT_FOUND' });
  expect(await ada.does('GET', `/users/${bob.username}`)).toMatchObject({
    followers: 0,
    following: 0,
    you: { block: true, follow: 'no' },
  });
  expect((await ada.ask('PUT', `/users/${bob.username}/follow`)).body).toMatchObject({ code: 'BLOCKED_BY_YOU' });
  expect(await people(ada, '/users/me/blocks')).toEqual({ ids: [bob.id], total: 1, nextCursor: null });
  // What they were told before stays, without the other.
  for (const who of [ada, bob])
    expect((await who.ask<object>('GET', '/notifications')).body).toMatchObject({
      items: [{ kind: 'followed', actor: null }],
      unread: 1,
    });
  await ada.does('DELETE', `/users/${bob.username}/block`, undefined, 204);
  expect(await bob.follow(ada)).toEqual({ follow: 'yes' });
});

it('of two who block each other at once one does, so that somebody can take it back', async () => {
  const [ada, bob] = [await somebody(stack.url), await somebody(stack.url)];
  const client = new pg.Client(stack.databaseUrl);
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT FROM profiles WHERE user_id IN ($1, $2) FOR UPDATE', [ada.id, bob.id]);
  const blocking = Promise.all([
    ada.ask('PUT', `/users/${bob.username}/block`),
    bob.ask('PUT', `/users/${ada.username}/block`),
  ]);
  // Both have found each other.
  const waiting = `SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%profiles%FOR NO KEY UPDATE%'`;
  await until(
    () => stack.sql(waiting),
    (rows) => rows.length === 2,
  );
  await client.query('COMMIT');
  await client.end();
  expect((await blocking).map(({ status }) => status).sort()).toEqual([204, 404]);
});

it('refuses oneself, nobody and rubbish', async () => {
  const ada = await somebody(stack.url);
  for (const what of ['follow', 'block'])
    expect((await ada.ask('PUT', `/users/${ada.username}/${what}`)).body).toMatchObject({ code: 'OWN_PROFILE' });
  for (const name of ['nobody-at-all', '%00', 'x'.repeat(200), '01890000-0000-7000-8000-000000000000', "'; --"])
    for (const [method, what] of [
      ['GET', ''],
      ['PUT', '/follow'],
      ['DELETE', '/follow'],
      ['PUT', '/block'],
      ['GET', '/following'],
    ] as const) {
      const { status } = await ada.ask(method, `/users/${encodeURIComponent(name)}${what}`);
      expect([name, method, what, [404, 414].includes(status)]).toEqual([name, method, what, true]);
    }
  for (const query of ['limit=0', 'limit=201', 'cursor=x', 'page=2'])
    expect((await ada.ask('GET', `/users/${ada.username}/followers?${query}`)).status).toBe(400);
});

it('with FEED_SCOPE=tenant, people of other tenants are not there', async () => {
  await stack.startApi({ FEED_SCOPE: 'tenant' });
  await stack.untilReady();
  const url = stack.urls.at(-1) ?? '';
  const [ada, bob] = [await somebody(stack.url), await somebody(stack.url)];
  expect((await ada.at(url).ask('GET', `/users/${bob.username}`)).status).toBe(404);
  expect((await ada.at(url).ask('PUT', `/users/${bob.username}/follow`)).status).toBe(404);
  expect((await ada.at(url).ask('GET', `/users/${ada.username}`)).status).toBe(200);
});

describe('GET /people', () => {
  const find = async (who: Somebody, q: string, more = '') => people(who, `/people?q=${encodeURIComponent(q)}${more}`);

  it('finds people by the beginning of either name, once and page by page, but nobody who is blocked', async () => {
    const name = `zoe${Date.now().toString(36)}`;
    const [one, two, three, eve] = [
      await somebody(stack.url, `${name}-a`),
      await somebody(stack.url, `${name}-b`),
      await somebody(stack.url),
      await somebody(stack.url),
    ];
    await one.does('PATCH', '/users/me', { displayName: `${name} too`, isPrivate: true });
    await three.does('PATCH', '/users/me', { displayName: `${name.replace('zoe', 'ＺÖÉ')} the Third` });
    const all = [three.id, one.id, two.id];
    expect(await find(eve, name)).toMatchObject({ ids: all, nextCursor: null });
    expect(await find(eve, ` ${name.toUpperCase()}`)).toMatchObject({ ids: all });
    expect(await find(eve, `${name} the`)).toMatchObject({ ids: [three.id] });
    expect(await find(eve, 'the Third')).toMatchObject({ ids: [] });
    const paged: string[] = [];
    for (let cursor = '', page = 0; page < 3; page++) {
      const { ids, nextCursor } = await find(eve, name, `&limit=1${cursor && `&cursor=${cursor}`}`);
      paged.push(...ids);
      cursor = nextCursor ?? '';
      expect(cursor === '').toBe(page === 2);
    }
    expect(paged).toEqual(all);
    await one.does('PUT', `/users/${eve.username}/block`, undefined, 204);
    await eve.does('PUT', `/users/${two.username}/block`, undefined, 204);
    expect(await find(eve, name)).toMatchObject({ ids: [three.id] });
    expect(await find(one, eve.username)).toMatchObject({ ids: [] });
    expect(await find(two, eve.username)).toMatchObject({ ids: [] });
  });

  it('shows what is shown of them anywhere, and takes long names and rubbish', async () => {
    const ada = await somebody(stack.url);
    await ada.does('PATCH', '/users/me', { displayName: 'ﷺ'.repeat(100) });
    expect(await ada.does('GET', `/people?q=${encodeURIComponent('ﷺ'.repeat(60))}`)).toEqual({
      items: [expect.objectContaining({ id: ada.id, username: ada.username })],
      nextCursor: null,
    });
    const cursor = (position: unknown) => Buffer.from(JSON.stringify(position)).toString('base64url');
    expect((await find(ada, '\u0301')).ids).toEqual([]);
    expect((await find(ada, '%_\\')).ids).toEqual([]);
    for (const query of [
      '',
      'q=',
      'q=%20',
      'q=%00',
      `q=${'x'.repeat(65)}`,
      'q=a&limit=0',
      'q=a&cursor=x',
      `q=a&cursor=${cursor(['a\0', ada.id])}`,
      `q=a&cursor=${cursor(['a', 'x'])}`,
    ])
      expect([query, (await ada.ask('GET', `/people?${query}`)).status]).toEqual([query, 400]);
  });
});
