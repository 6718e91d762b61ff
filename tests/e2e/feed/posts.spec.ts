import { randomBytes } from 'node:crypto';
import { signUp } from '../../support/account.js';
import { whoIs, withKey } from '../../support/members.js';
import { somebody, type Somebody } from '../../support/people.js';
import { photo, zip } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

interface Post {
  id: string;
  number: number | null;
  text: string;
  title: string | null;
  hashtags: string[];
  mentions: { id: string }[];
  media: {
    assetId: string;
    status: string;
    thumbnailUrl: string | null;
    previewUrl: string | null;
    fileUrl: string | null;
  }[];
  likes: number;
  likedByYou: boolean;
}

const write = (who: Somebody, post: object) => who.does<Post>('POST', '/posts', post, 201);
const search = (who: Somebody, query: string) =>
  who.does<{ items: Post[]; nextCursor: string | null }>('GET', `/posts?${query}`);
const texts = ({ items }: { items: Post[] }) => items.map(({ text }) => text);

it('a post is what was written, with its hashtags and mentions, for everybody who is signed in', async () => {
  const [ada, bob] = [await somebody(stack.url, 'ada'), await somebody(stack.url, 'bob')];
  const post = await write(ada, { text: ` Über #Été mit @${bob.username}.  `, title: 'Ferien #海' });
  expect(post).toMatchObject({
    text: `Über #Été mit @${bob.username}.`,
    title: 'Ferien #海',
    hashtags: ['海', 'été'],
    mentions: [{ id: bob.id, username: bob.username }],
    author: { id: ada.id },
    media: [],
    likes: 0,
    number: expect.any(Number),
  });
  expect(await bob.does('GET', `/posts/${post.id}`)).toMatchObject({ id: post.id, editableUntil: null });
  expect(await bob.does('GET', `/users/${ada.username}`)).toMatchObject({ posts: 1 });
  const told = await until(
    async () => (await bob.does('GET', '/notifications')).items as object[],
    (items) => items.length > 0,
  );
  expect(told).toMatchObject([{ kind: 'mentioned', actor: { id: ada.id }, payload: { postId: post.id } }]);
});

it('what is too long, empty, somebody else’s or rubbish is refused', async () => {
  const [ada, bob] = [await somebody(stack.url), await somebody(stack.url)];
  const theirs = await bob.upload(await photo());
  expect((await write(ada, { text: '🦀'.repeat(400), title: 't'.repeat(100) })).text).toHaveLength(800);
  for (const bad of [
    undefined,
    {},
    { text: '' },
    { text: '   ' },
    { text: 7 },
    { text: '🦀'.repeat(401) },
    { text: 'x', title: 't'.repeat(101) },
    { text: 'x', title: '' },
    { text: 'a\u0000b' },
    { text: '\ud800' },
    { text: 'a\u202eb' },
    { text: 'x', assetIds: 'x' },
    { text: 'x', assetIds: ['x'] },
    { text: 'x', assetIds: [theirs.assetId, theirs.assetId] },
    { text: 'x', assetIds: Array.from({ length: 11 }, () => crypto.randomUUID()) },
    { text: 'x', author: bob.id },
  ])
    expect((await ada.ask('POST', '/posts', bad)).body).toMatchObject({ code: 'VALIDATION_FAILED' });
  expect((await ada.ask('POST', '/posts', { text: 'x'.repeat(3_000_000) })).status).toBe(413);
  expect((await ada.ask('POST', '/posts', { text: 'x', assetIds: [theirs.assetId] })).body).toMatchObject({
    code: 'ASSET_NOT_FOUND',
    errors: [{ pointer: '#/assetIds/0' }],
  });
  for (const id of ['nothing', '01890000-0000-7000-8000-000000000000'])
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { text: 'x' }],
      ['DELETE', '', undefined],
      ['PUT', '/like', undefined],
      ['DELETE', '/like', undefined],
    ] as const)
      expect((await ada.ask(method, `/posts/${id}${path}`, body)).body).toMatchObject({ code: 'POST_NOT_FOUND' });
});

it('a program with the scope for it writes and reads, and a key that answers a request twice writes once', async () => {
  const account = await signUp(stack.url);
  const [writer, reader] = [await withKey(account, ['upload']), await withKey(account, ['read'])];
  expect((await reader.ask('POST', '/posts', { text: 'no' })).body).toMatchObject({ code: 'INSUFFICIENT_SCOPE' });
  const twice = await Promise.all(
    [1, 2].map(() => writer.ask('POST', '/posts', { text: 'once' }, { 'idempotency-key': 'one' })),
  );
  expect(twice.map(({ status }) => status)).toContain(201);
  const { id } = await whoIs(account);
  const { body } = await reader.ask<{ items: Post[] }>('GET', `/posts?author=${id}`);
  expect(body.items).toHaveLength(1);
});

describe('assets of a post', () => {
  it('that are processed still keep it with its author; when the last is READY, others see it, with URLs that work', async () => {
    const [ada, bob] = [await somebody(stack.url), await somebody(stack.url)];
    await bob.follow(ada);
    const ready = await ada.upload(await photo(400, 300));
    await ada.settled(ready.assetId);
    for (const worker of stack.workers) worker.kill('SIGSTOP');
    const slow = await ada.upload(await photo(410, 300));
    const archive = await ada.upload(zip(), { filename: 'notes.zip', contentType: 'application/zip' });
    const assetIds = [slow.assetId, ready.assetId, archive.assetId];
    const post = await write(ada, { assetIds });
    expect(post).toMatchObject({ number: null, publishedAt: null, text: '' });
    expect(post.media.map(({ assetId }) => assetId)).toEqual(assetIds);
    expect((await bob.ask('GET', `/posts/${post.id}`)).status).toBe(404);
    expect((await bob.ask('PUT', `/posts/${post.id}/like`)).status).toBe(404);
    expect((await search(bob, `author=${ada.username}`)).items).toEqual([]);
    for (const worker of stack.workers) worker.kill('SIGCONT');
    const shown = await until(
      () => bob.ask<Post>('GET', `/posts/${post.id}`),
      ({ status }) => status === 200,
    );
    expect(shown.body.media.map(({ assetId, status }) => [assetId, status])).toEqual(
      assetIds.map((assetId) => [assetId, 'READY']),
    );
    const [picture, , notes] = shown.body.media;
    for (const url of [picture?.thumbnailUrl, picture?.previewUrl, notes?.fileUrl])
      expect((await fetch(url ?? '')).status).toBe(200);
    expect(picture?.fileUrl).toBeNull();
    // It is the post that they may see, not the asset.
    expect((await bob.ask('GET', `/assets/${slow.assetId}`)).status).toBe(404);
    expect(texts(await search(bob, `author=${ada.username}`))).toEqual(['']);
    expect(((await bob.does('GET', '/timeline')).items as Post[]).map(({ id }) => id)).toEqual([post.id]);
  });

  it('that are deleted before they are READY are not waited for, and deleted ones are shown no longer', async () => {
    const [ada, bob] = [await somebody(stack.url), await somebody(stack.url)];
    const [kept, gone] = [
      await ada.upload(await photo()),
      await ada.upload(Buffer.from('%PDF-1.7 broken'), { filename: 'a.pdf', contentType: 'application/pdf' }),
    ];
    const post = await write(ada, { text: 'two', assetIds: [kept.assetId, gone.assetId] });
    expect((await ada.settled(gone.assetId)).status).toBe('FAILED');
    expect((await ada.ask('POST', '/posts', { assetIds: [gone.assetId] })).body).toMatchObject({
      code: 'ASSET_NOT_USABLE',
    });
    expect((await bob.ask('GET', `/posts/${post.id}`)).status).toBe(404);
    await ada.does('DELETE', `/assets/${gone.assetId}?permanent=true`, undefined, 204);
    const shown = await until(
      () => bob.ask<Post>('GET', `/posts/${post.id}`),
      ({ status }) => status === 200,
    );
    expect(shown.body.media.map(({ assetId }) => assetId)).toEqual([kept.assetId]);
    await ada.does('DELETE', `/assets/${kept.assetId}`, undefined, 204);
    expect(await bob.does('GET', `/posts/${post.id}`)).toMatchObject({ text: 'two', media: [] });
  });
});

it('likes are counted once each, however many like at once, and its author is told', async () => {
  const ada = await somebody(stack.url);
  const fans = await Promise.all(Array.from({ length: 10 }, () => somebody(stack.url)));
  const { id } = await write(ada, { text: 'likeable' });
  await Promise.all(fans.flatMap((fan) => [1, 2, 3].map(() => fan.does('PUT', `/posts/${id}/like`))));
  expect(await fans[0]?.does('GET', `/posts/${id}`)).toMatchObject({ likes: 10, likedByYou: true });
  await Promise.all(
    fans.flatMap((fan) => ['DELETE', 'PUT', 'DELETE'].map((method) => fan.does(method, `/posts/${id}/like`))),
  );
  await Promise.all(fans.slice(0, 4).map((fan) => fan.does('PUT', `/posts/${id}/like`)));
  await Promise.all(fans.slice(4).map((fan) => fan.does('DELETE', `/posts/${id}/like`)));
  await ada.does('PUT', `/posts/${id}/like`);
  expect(await ada.does('GET', `/posts/${id}`)).toMatchObject({ likes: 5, likedByYou: true });
  const told = (await ada.does('GET', '/notifications?limit=200')).items as { kind: string; actor: { id: string } }[];
  expect(told.map(({ kind, actor }) => `${kind} ${actor.id}`).sort()).toEqual(
    fans.map((fan) => `liked ${fan.id}`).sort(),
  );
});

it('can be changed by its author for a while, and by nobody else', async () => {
  const [ada, bob] = [await somebody(stack.url), await somebody(stack.url)];
  const { id } = await write(ada, { text: 'befor #old', title: 'Title' });
  expect(await ada.does('PATCH', `/posts/${id}`, { text: `before #new @${bob.username}`, title: null })).toMatchObject({
    text: `before #new @${bob.username}`,
    title: null,
    hashtags: ['new'],
    mentions: [{ id: bob.id }],
    editedAt: expect.any(String),
  });
  expect((await bob.does('GET', '/notifications')).items).toMatchObject([{ kind: 'mentioned' }]);
  for (const bad of [{}, { text: '' }, { text: 'x'.repeat(401) }, { assetIds: [] }])
    expect((await ada.ask('PATCH', `/posts/${id}`, bad)).body).toMatchObject({ code: 'VALIDATION_FAILED' });
  expect((await bob.ask('PATCH', `/posts/${id}`, { text: 'mine' })).body).toMatchObject({ code: 'FORBIDDEN' });
  expect((await ada.ask('PATCH', `/posts/${id}`, { title: 'Soon' })).status).toBe(200);
  await stack.sql(`UPDATE posts SET created_at = created_at - interval '1 hour' WHERE id = $1`, [id]);
  const late = await ada.ask('PATCH', `/posts/${id}`, { title: 'Later' });
  expect(late.body).toMatchObject({ code: 'POST_NOT_EDITABLE' });
});

it('is deleted by its author or an administrator', async () => {
  const [ada, bob, admin] = [await somebody(stack.url), await somebody(stack.url), await stack.admin()];
  await bob.follow(ada);
  const posts = [await write(ada, { text: 'one' }), await write(ada, { text: 'two' })];
  expect((await bob.ask('DELETE', `/posts/${posts[0]?.id}`)).body).toMatchObject({ code: 'FORBIDDEN' });
  await ada.does('DELETE', `/posts/${posts[0]?.id}`, undefined, 204);
  expect(((await bob.does('GET', '/timeline')).items as Post[]).map(({ text }) => text)).toEqual(['two']);
  expect((await admin.ask('DELETE', `/posts/${posts[1]?.id}`)).status).toBe(204);
  expect((await admin.ask('DELETE', `/posts/${posts[1]?.id}`)).status).toBe(404);
  expect((await bob.does('GET', '/timeline')).items).toEqual([]);
  expect(await bob.does('GET', `/users/${ada.username}`)).toMatchObject({ posts: 0 });
});

describe('GET /posts', () => {
  it('finds words, their beginnings and hashtags in any script, of an author and of a time, page by page', async () => {
    const [ada, bob] = [await somebody(stack.url), await somebody(stack.url)];
    const rare = `zq${randomBytes(5).toString('hex')}`;
    const all: Post[] = [];
    for (const text of [
      `${rare} Café au lait #Sea`,
      `${rare} cafeteria #seaside`,
      `#日本 ${rare}`,
      `${rare} "x" & | ! : *`,
    ])
      all.push(await write(ada, { text }));
    await write(bob, { text: `${rare} cafe #sea` });
    const of = `author=${ada.username}`;
    const find = async (query: string) => texts(await search(bob, query));
    expect(await find(`q=${rare}+CAFE&${of}`)).toEqual([`${rare} cafeteria #seaside`, `${rare} Café au lait #Sea`]);
    expect(await find(`q=${rare}+${encodeURIComponent('#SEA')}`)).toHaveLength(2);
    expect(await find(`q=${encodeURIComponent('#日本')}&author=${ada.id}`)).toEqual([`#日本 ${rare}`]);
    expect(await find(`q=${encodeURIComponent(`${rare} '); --&|!:*`)}&${of}`)).toHaveLength(4);
    expect(await find(`q=${encodeURIComponent('!!! ***')}`)).toEqual([]);
    // No hashtag, but a word.
    expect(await find(`q=${encodeURIComponent('#1984')}&${of}`)).toEqual([]);
    const [first, second, third] = (await search(bob, of)).items.reverse() as (Post & { publishedAt: string })[];
    const time = (post: { publishedAt: string } | undefined) => encodeURIComponent(post?.publishedAt ?? '');
    if (first && second && third && first.publishedAt < second.publishedAt && second.publishedAt < third.publishedAt) {
      expect(await find(`${of}&from=${time(second)}&to=${time(second)}`)).toEqual([second.text]);
      expect(await find(`${of}&to=${time(first)}`)).toEqual([first.text]);
    }
    expect(await find(`${of}&from=2099-01-01T00:00:00Z`)).toEqual([]);
    expect(await find(`${of}&to=2099-01-01T00:00:00Z`)).toHaveLength(4);
    const pages: string[] = [];
    for (let cursor = ''; ;) {
      const page = await search(bob, `q=${rare}&limit=2${cursor}`);
      pages.push(...texts(page));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(pages).toEqual([`${rare} cafe #sea`, ...all.map(({ text }) => text).reverse()]);
    for (const bad of [
      'q=',
      'limit=0',
      'cursor=x',
      `cursor=${Buffer.from('0').toString('base64url')}`,
      'from=today',
      'x=1',
    ])
      expect((await bob.ask('GET', `/posts?${bad}`)).status).toBe(400);
    expect((await bob.ask('GET', '/posts?author=nobody-at-all')).status).toBe(404);
  });

  it('shows private profiles to their followers, and blocked people nothing of each other', async () => {
    const [ada, bob, eve] = [await somebody(stack.url), await somebody(stack.url), await somebody(stack.url)];
    await bob.follow(ada);
    await ada.does('PATCH', '/users/me', { isPrivate: true });
    const { id } = await write(ada, { text: `secret @${eve.username}` });
    expect((await bob.ask('GET', `/posts/${id}`)).status).toBe(200);
    expect((await eve.ask('GET', `/posts/${id}`)).status).toBe(404);
    expect((await eve.ask('PUT', `/posts/${id}/like`)).status).toBe(404);
    expect(texts(await search(eve, `author=${ada.username}`))).toEqual([]);
    expect(texts(await search(bob, `author=${ada.username}`))).toHaveLength(1);
    await ada.does('PUT', `/users/${bob.username}/block`, undefined, 204);
    expect((await bob.ask('GET', `/posts/${id}`)).status).toBe(404);
    expect((await bob.does('GET', '/timeline')).items).toEqual([]);
    expect((await eve.does('GET', '/notifications')).items).toEqual([]);
  });
});
