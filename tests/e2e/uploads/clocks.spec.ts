import { Account, put, signUp } from '../../support/account.js';
import { photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: Stack;
/** With a key, which has no end that a clock could see. */
let key: string;

beforeAll(async () => {
  stack = await startStack({ env: { RECONCILE_INTERVAL_SECONDS: '1' } });
  const body = { name: 'clocks', scopes: ['upload', 'read'] };
  key = (await (await signUp(stack.url)).ask<{ key: string }>('POST', '/api-keys', body)).body.key;
});
afterAll(() => stack.stop());

const at = (url: string) => new Account(url, key, 'clocks@example.com');

/** An account at an API whose clock is wrong by so many minutes. */
async function atWrongClock(minutes: number): Promise<Account> {
  const preload = `
    const { Date: Right } = globalThis;
    const now = () => Right.now() + ${minutes * 60_000};
    globalThis.Date = class Date extends Right {
      constructor(...given) { if (given.length > 0) super(...given); else super(now()); }
      static now() { return now(); }
    };`;
  await stack.startApi({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` });
  await stack.untilReady();
  const account = at(stack.urls.at(-1) ?? '');
  const { expiresAt, expiresIn } = await account.presign(await photo(64, 48));
  const off = (Date.parse(expiresAt) - Date.now() - expiresIn * 1000) / 60_000;
  expect(Math.abs(off - minutes)).toBeLessThan(30);
  return account;
}

it('an upload that an API with a slow clock has promised lives as long as any', async () => {
  const slow = await atWrongClock(-60);
  const bytes = await photo(64, 48);
  const [upload, overdue] = [await slow.presign(bytes), await slow.presign(bytes)];
  await stack.sql(`UPDATE uploads SET expires_at = now() - interval '1 minute' WHERE id = $1`, [overdue.uploadId]);
  await until(
    () => slow.ask('GET', `/uploads/${overdue.uploadId}`),
    ({ body }) => body.state === 'EXPIRED',
  );
  expect((await put(upload, bytes)).status).toBe(200);
  expect((await slow.complete(upload.uploadId)).status).toBe(201);
});

it('an upload is completed by an API with a fast clock as by any', async () => {
  const fast = await atWrongClock(60);
  const bytes = await photo(64, 48);
  const upload = await at(stack.url).presign(bytes);
  expect((await put(upload, bytes)).status).toBe(200);
  expect((await fast.complete(upload.uploadId)).status).toBe(201);
});
