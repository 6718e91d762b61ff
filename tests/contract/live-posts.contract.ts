import { connectLive, type LiveClient, type LiveOptions } from '../support/live-client.js';
import { somebody, type Somebody } from '../support/people.js';
import type { Stack } from '../support/stack.js';

/** What is told to those who look, whatever carries the word from one API process to another. */
export function describeLivePosts(stack: () => Stack): void {
  const clients: LiveClient[] = [];
  afterAll(() => {
    for (const client of clients) client.close();
  });

  async function connect(who: Somebody, process: number, options: LiveOptions = {}): Promise<LiveClient> {
    const client = await connectLive(stack().urls[process] ?? '', who.accessToken, options);
    clients.push(client);
    return client;
  }
  const write = (who: Somebody, text: string, process = 0) =>
    who.at(stack().urls[process] ?? '').does<{ id: string; number: number }>('POST', '/posts', { text }, 201);
  const posts = (client: LiveClient) => client.all('post.created').map(({ text }) => text);

  it('a post is on the sockets of its author’s followers, on whichever process, and on no other', async () => {
    const url = stack().url;
    const [ada, bob, eve] = [await somebody(url), await somebody(url), await somebody(url)];
    await bob.follow(ada);
    const [own, here, there, elsewhere] = [
      await connect(ada, 1),
      await connect(bob, 0),
      await connect(bob, 1),
      await connect(eve, 1),
    ];
    const post = await write(ada, 'hello');
    for (const client of [own, here, there])
      expect(await client.hears('post.created')).toMatchObject([
        { id: post.id, text: 'hello', author: { id: ada.id } },
      ]);
    await write(ada, 'from the other', 1);
    for (const client of [own, here, there])
      expect(await client.hears('post.created', 2)).toMatchObject([{ text: 'hello' }, { text: 'from the other' }]);
    expect(elsewhere.all('post.created')).toEqual([]);
    await bob.does('DELETE', `/users/${ada.username}/follow`);
    await write(ada, 'alone');
    await own.hears('post.created', 3);
    expect(posts(here)).toHaveLength(2);
  });

  it('is told of likes, follows and mentions on every process', async () => {
    const url = stack().url;
    const [ada, bob] = [await somebody(url), await somebody(url)];
    const there = await connect(ada, 1);
    await bob.follow(ada);
    const { id } = await write(ada, 'likeable');
    await bob.does('PUT', `/posts/${id}/like`);
    await there.hears('notification', 2);
    await write(bob, `hello @${ada.username}`);
    expect(await there.hears('notification', 3)).toMatchObject([
      { kind: 'followed', actor: { id: bob.id } },
      { kind: 'liked', actor: { id: bob.id }, payload: { postId: id } },
      { kind: 'mentioned', actor: { id: bob.id } },
    ]);
  });

  it('who comes back gets what was missed, once and in order, while more is written', async () => {
    const url = stack().url;
    const [ada, bob] = [await somebody(url), await somebody(url)];
    await bob.follow(ada);
    const first = await connect(bob, 0);
    const seen = await write(ada, '0');
    await first.hears('post.created');
    first.close();
    const texts = Array.from({ length: 160 }, (_, index) => String(index + 1));
    for (const text of texts.slice(0, 120)) await write(ada, text);
    const deleted = await write(ada, 'deleted');
    await ada.does('DELETE', `/posts/${deleted.id}`, undefined, 204);
    const writing = (async () => {
      for (const text of texts.slice(120)) await write(ada, text, Number(text) % 2);
    })();
    const second = await connect(bob, 1, { lastPost: seen.number });
    expect(second.all('hello')).toMatchObject([{ lastPost: seen.number }]);
    await writing;
    await second.hears('post.created', texts.length);
    expect(posts(second)).toEqual(texts);
    const third = await connect(bob, 0);
    const liar = await connect(bob, 0, { lastPost: Number.MAX_SAFE_INTEGER });
    await write(ada, 'next');
    for (const client of [third, liar]) {
      await client.hears('post.created');
      expect(posts(client)).toEqual(['next']);
    }
  });
}
