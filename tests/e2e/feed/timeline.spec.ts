import { openDatabase } from '../../support/open-database.js';
import { somebody, type Somebody } from '../../support/people.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

/** Whoever has more followers is read on demand: with six people, everybody crosses it now and then. */
const LIMIT = 2;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { FEED_FAN_OUT_LIMIT: String(LIMIT) } });
});
afterAll(() => stack.stop());

interface Post {
  id: string;
  number: number;
}
interface Page {
  items: Post[];
  nextCursor: string | null;
}

const write = (who: Somebody, text = 'x') => who.does<Post>('POST', '/posts', { text }, 201);

/** Page by page, as far as it goes. */
async function timelineOf(who: Somebody, limit = 200): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = ''; ;) {
    const page = await who.does<Page>('GET', `/timeline?limit=${limit}${cursor}`);
    ids.push(...page.items.map(({ id }) => id));
    if (page.nextCursor === null) return ids;
    cursor = `&cursor=${page.nextCursor}`;
  }
}

/** What timelines have to be, by the plainest of rules. */
class Model {
  readonly follows = new Set<string>();
  readonly posts = new Map<string, { number: number; author: string }>();

  timelineOf(who: Somebody): string[] {
    return [...this.posts]
      .filter(([, { author }]) => author === who.id || this.follows.has(`${who.id} ${author}`))
      .sort(([, one], [, other]) => other.number - one.number)
      .map(([id]) => id);
  }
}

/** The same at each run. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return Math.floor((state / 0x8000_0000) * below);
  };
}

it('is what those one follows have written, in order and without doubles, whoever crosses the threshold and when', async () => {
  const people: Somebody[] = [];
  while (people.length < 6) people.push(await somebody(stack.url));
  const model = new Model();
  const random = makeRandom(7);
  const one = (): Somebody => people[random(people.length)] as Somebody;

  async function step(): Promise<void> {
    const [who, other] = [one(), one()];
    const what = random(10);
    if (what < 5) {
      const { id, number } = await write(who);
      model.posts.set(id, { number, author: who.id });
    } else if (what < 8 && who !== other) {
      await who.follow(other);
      model.follows.add(`${who.id} ${other.id}`);
    } else if (what < 9 && who !== other) {
      await who.does('DELETE', `/users/${other.username}/follow`);
      model.follows.delete(`${who.id} ${other.id}`);
    } else {
      const [id, post] = [...model.posts][random(model.posts.size)] ?? [];
      const author = people.find((person) => person.id === post?.author);
      if (id === undefined || !author) return;
      await author.does('DELETE', `/posts/${id}`, undefined, 204);
      model.posts.delete(id);
    }
  }

  for (let count = 0; count < 150; count++) {
    await step();
    // At once: the worker may or may not have been there.
    const reader = one();
    expect(await timelineOf(reader)).toEqual(model.timelineOf(reader));
  }
  await until(
    () => pending(),
    (count) => count === 0,
  );
  for (const reader of people) expect(await timelineOf(reader, 3)).toEqual(model.timelineOf(reader));
  const database = openDatabase(stack.databaseUrl);
  const states = await database.client.post.groupBy({ by: ['fanOut'], _count: true });
  expect(states.map(({ fanOut }) => fanOut).sort()).toEqual(['DONE', 'READ']);
  await database.close();
});

it('misses nothing when people begin and cease to follow while posts are being written', async () => {
  const author = await somebody(stack.url);
  const readers = await Promise.all(Array.from({ length: 5 }, () => somebody(stack.url)));
  const written: Post[] = [];
  await Promise.all([
    (async () => {
      for (let count = 0; count < 40; count++) written.push(await write(author));
    })(),
    ...readers.map(async (reader) => {
      for (let count = 0; count < 6; count++) {
        await reader.follow(author);
        if (count < 5) await reader.does('DELETE', `/users/${author.username}/follow`);
      }
    }),
  ]);
  const expected = written.map(({ id }) => id).reverse();
  for (const reader of readers) expect(await timelineOf(reader)).toEqual(expected);
  await until(
    () => pending(),
    (count) => count === 0,
  );
  for (const reader of readers) expect(await timelineOf(reader, 7)).toEqual(expected);
});

it('does not wait for the worker', async () => {
  const [author, reader] = [await somebody(stack.url), await somebody(stack.url)];
  await reader.follow(author);
  for (const worker of stack.workers) worker.kill('SIGSTOP');
  const posts = [await write(author), await write(author)];
  const expected = posts.map(({ id }) => id).reverse();
  expect(await timelineOf(reader, 1)).toEqual(expected);
  for (const worker of stack.workers) worker.kill('SIGCONT');
  expect(await timelineOf(reader)).toEqual(expected);
});

it('refuses what it did not give out', async () => {
  const reader = await somebody(stack.url);
  for (const bad of ['cursor=x', 'cursor=', 'limit=0', 'limit=201', 'page=1'])
    expect((await reader.ask('GET', `/timeline?${bad}`)).status).toBe(400);
});

async function pending(): Promise<number> {
  const database = openDatabase(stack.databaseUrl);
  try {
    return await database.client.post.count({ where: { fanOut: 'PENDING' } });
  } finally {
    await database.close();
  }
}
