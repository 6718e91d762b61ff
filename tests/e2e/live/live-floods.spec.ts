import { JwtService } from '@nestjs/jwt';
import { randomBytes } from 'node:crypto';
import { watchMemory } from '../../reliability/floods/memory.js';
import { connectLive, LiveClient } from '../../support/live-client.js';
import { somebody, type Somebody } from '../../support/people.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

/** Megabytes that garbage may take before it is collected. */
const ROOM_MB = 120;
const ROUNDS = 15;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { LIVE_CONNECTIONS_PER_ACCOUNT: '10' } });
});
afterAll(() => stack.stop());

const ended = (client: LiveClient) =>
  until(
    () => client.ended || client.refusal !== null,
    (is) => is,
  );

async function flood(who: Somebody): Promise<void> {
  const client = await connectLive(stack.url, who.accessToken);
  for (let count = 0; count < 400; count++) client.socket.emit('watch', { assetId: 'x'.repeat(2_000) });
  expect(await client.hears('goodbye')).toMatchObject([{ code: 'TOO_MANY_MESSAGES' }]);
  await ended(client);
}

async function sendHugeFrame(who: Somebody): Promise<void> {
  const client = await connectLive(stack.url, who.accessToken);
  client.socket.emit('watch', 'x'.repeat(4_000_000));
  await ended(client);
}

async function sendBinary(who: Somebody): Promise<void> {
  const client = await connectLive(stack.url, who.accessToken);
  client.socket.emit('watch', { assetId: randomBytes(8_000) });
  client.socket.emit('refresh', randomBytes(15_000));
  client.socket.io.engine.write(randomBytes(5_000).toString('latin1'));
  await ended(client);
}

async function comeWithExpiredToken(token: string): Promise<void> {
  const client = new LiveClient(stack.url, token);
  await ended(client);
  expect(client.refusal).toBe('ACCESS_TOKEN_EXPIRED');
  client.close();
}

/** By the transport that is plain HTTP: it answers, and goes on answering others. */
async function postRubbish(): Promise<void> {
  const body = randomBytes(100_000);
  for (const query of ['EIO=4&transport=polling', 'EIO=4&transport=polling&sid=x', 'EIO=9', '']) {
    const answer = await fetch(`${stack.url}/live/?${query}`, { method: 'POST', body });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  }
  expect((await fetch(`${stack.url}/events/stream?token=${'x'.repeat(4000)}`)).status).toBe(401);
}

it('rubbish, floods, huge frames and expired tokens are cut off, the memory stays flat, and others hear what is new', async () => {
  const [bad, ada, bob] = [await somebody(stack.url), await somebody(stack.url), await somebody(stack.url)];
  await bob.follow(ada);
  const bystander = await connectLive(stack.url, bob.accessToken);
  const jwt = new JwtService({ secret: 'signs the access tokens of the tests' });
  const { sub, tid, sid } = jwt.decode<Record<string, string>>(bad.accessToken);
  const expired = jwt.sign({ sub, tid, sid }, { issuer: 'media-inbox', audience: 'media-inbox', expiresIn: -1 });
  const round = async () => {
    await Promise.all([flood(bad), sendHugeFrame(bad), sendBinary(bad), comeWithExpiredToken(expired), postRubbish()]);
  };
  // The first ones make the process as large as it gets by working at all.
  for (let count = 0; count < 3; count++) await round();
  const [api] = stack.apis;
  if (!api) throw new Error('the stack has no API');
  const { memory } = await watchMemory(api, async () => {
    for (let count = 0; count < ROUNDS; count++) await round();
  });
  expect(memory.peak - memory.before).toBeLessThan(ROOM_MB);
  await ada.does('POST', '/posts', { text: 'still here' }, 201);
  expect(await bystander.hears('post.created')).toMatchObject([{ text: 'still here' }]);
  expect(bystander.ended).toBe(false);
  bystander.close();
});
