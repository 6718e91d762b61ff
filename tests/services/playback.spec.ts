import { execFileSync } from 'node:child_process';
import { signUp, type Account } from '../support/account.js';
import { film } from '../support/film.js';
import { play, playing, playlist } from '../support/player.js';
import { startStack, type Stack } from '../support/stack.js';

const SERVICES = ['REDIS_URL', 'S3_BUCKET', 'S3_ENDPOINT', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'];
const ASKING = 1_000;
const LIMIT = 3;

let stack: Stack;
let account: Account;

/** Two API processes that share Redis and S3. */
beforeAll(async () => {
  const env = Object.fromEntries(SERVICES.map((name) => [name, process.env[name] ?? '']));
  const rest = { DATABASE_URL: 'postgresql://unused/unused', PUBLIC_URL: 'https://media.example' };
  const secrets = { JWT_SECRET: 'j'.repeat(32), URL_SIGNING_SECRET: 'u'.repeat(32) };
  execFileSync(process.execPath, ['dist/libs/storage/ensure-bucket.js'], { env: { ...rest, ...secrets, ...env } });
  stack = await startStack({ api: 2, env: { ...env, PLAYBACK_SILENCE_SECONDS: '300' } });
  account = await signUp(stack.url);
});
afterAll(() => stack.stop());

it('gives a place to exactly three of a thousand that ask two processes at once', async () => {
  const { assetId } = await film(stack, account);
  const askers = [account, account.at(stack.urls[1] ?? '')];
  // What a busy machine has put off (503) is asked for again until it is decided.
  const verdict = async (asker: Account): Promise<number> => {
    const { status } = await asker.ask('POST', `/assets/${assetId}/play`);
    return status === 503 ? verdict(asker) : status;
  };
  const verdicts = await Promise.all(Array.from({ length: ASKING }, (_, at) => verdict(askers[at % 2] ?? account)));
  expect(verdicts.filter((status) => status === 201)).toHaveLength(LIMIT);
  expect(verdicts.filter((status) => status === 403)).toHaveLength(ASKING - LIMIT);
  expect(await playing(account)).toHaveLength(LIMIT);
  stack.apis[1]?.kill('SIGKILL');
  await stack.apis[1]?.ended;
  expect(await playing(account)).toHaveLength(LIMIT);
  expect((await account.ask('POST', `/assets/${assetId}/play`)).status).toBe(403);
});

it('leads players of any page to the bytes in the bucket', async () => {
  const viewer = await signUp(stack.url);
  const { assetId } = await film(stack, viewer);
  const { manifestUrl } = await play(viewer, assetId);
  const media = await playlist((await playlist(manifestUrl)).urls[0] ?? '');
  const gate = await fetch(media.urls[1] ?? '', { redirect: 'manual', headers: { origin: 'https://player.example' } });
  expect(gate.status).toBe(302);
  const location = gate.headers.get('location') ?? '';
  expect(location.startsWith(process.env.S3_ENDPOINT ?? 'none')).toBe(true);
  // As a browser asks that was led from one origin to another.
  const bytes = await fetch(location, { headers: { origin: 'null' } });
  expect(bytes.status).toBe(200);
  expect(['*', 'null']).toContain(bytes.headers.get('access-control-allow-origin'));
  expect((await bytes.arrayBuffer()).byteLength).toBeGreaterThan(100);
});
