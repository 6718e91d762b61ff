import { describeLivePosts } from '../contract/live-posts.contract.js';
import { startStack, type Stack } from '../support/stack.js';

let stack: Stack;

/** What no hint tells of is looked for so seldom that it would come too late for any of these. */
beforeAll(async () => {
  const server = process.env.REDIS_URL;
  if (!server) throw new Error('No Redis: run through npm run test:services, which starts one.');
  const REDIS_URL = `${server.replace(/\/\d*$/, '')}/6`;
  stack = await startStack({ api: 2, env: { REDIS_URL, RECONCILE_INTERVAL_SECONDS: '120' } });
});
afterAll(() => stack.stop());

describe('sockets with Redis', () => {
  describeLivePosts(() => stack);
});
