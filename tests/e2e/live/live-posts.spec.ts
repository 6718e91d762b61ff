import { describeLivePosts } from '../../contract/live-posts.contract.js';
import { connectLive } from '../../support/live-client.js';
import { somebody } from '../../support/people.js';
import { photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';

let stack: Stack;

describe('sockets with PostgreSQL', () => {
  // What no hint tells of is looked for so seldom that it would come too late for any of these.
  beforeAll(async () => {
    stack = await startStack({ api: 2, env: { RECONCILE_INTERVAL_SECONDS: '120' } });
  });
  afterAll(() => stack.stop());

  describeLivePosts(() => stack);
});

describe('a post', () => {
  beforeAll(async () => {
    stack = await startStack({ api: 2, env: { LIVE_CONNECTIONS_PER_ACCOUNT: '2' } });
  });
  afterAll(() => stack.stop());

  it('of a process that is killed between the row and the word is heard of all the same, and is in every timeline', async () => {
    const [ada, bob] = [await somebody(stack.url, 'ada'), await somebody(stack.url, 'bob')];
    await bob.follow(ada);
    const client = await connectLive(stack.url, bob.accessToken);
    const doomed = await stack.startApi({ FAILPOINT: 'news:committed' });
    const doomedUrl = stack.urls.at(-1) ?? '';
    await stack.untilReady();
    await expect(ada.at(doomedUrl).ask('POST', '/posts', { text: `last words @${bob.username}` })).rejects.toThrow();
    expect(await doomed.ended).toBe('SIGKILL');
    expect(await client.hears('post.created')).toMatchObject([{ text: `last words @${bob.username}` }]);
    // The job of which the queue was never told is done as well.
    expect(await client.hears('notification')).toMatchObject([{ kind: 'mentioned' }]);
    expect((await bob.does('GET', '/timeline')).items).toHaveLength(1);
    client.close();
  });

  it('is heard of when the last of its assets is READY', async () => {
    const [ada, bob] = [await somebody(stack.url), await somebody(stack.url)];
    await bob.follow(ada);
    const client = await connectLive(stack.url, bob.accessToken);
    for (const worker of stack.workers) worker.kill('SIGSTOP');
    const { assetId } = await ada.upload(await photo());
    await ada.does('POST', '/posts', { text: 'with a picture', assetIds: [assetId] }, 201);
    expect(client.all('post.created')).toEqual([]);
    for (const worker of stack.workers) worker.kill('SIGCONT');
    expect(await client.hears('post.created')).toMatchObject([
      { text: 'with a picture', media: [{ assetId, status: 'READY', thumbnailUrl: expect.any(String) }] },
    ]);
    client.close();
  });
});
