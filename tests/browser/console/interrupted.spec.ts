import type { Browser, BrowserContext } from 'playwright-core';
import { signUp, type Account } from '../../support/account.js';
import { openBrowser } from '../../support/browser.js';
import { photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { ConsolePage, PASSWORD } from './console-page.js';

let stack: Stack;
let browser: Browser;
let context: BrowserContext;
let alice: Account;
let console_: ConsolePage;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), openBrowser()]);
  alice = await signUp(stack.url);
  await alice.upload(await photo(), { filename: 'Of Alice.jpg' });
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});

beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  console_ = await ConsolePage.open(context, stack.url);
  await console_.signIn(alice.email, PASSWORD);
  await console_.tile('Of Alice.jpg').waitFor();
});
afterEach(() => context.close());

/** Tells a page that was loaded anew from one that was not. */
const mark = () => console_.page.evaluate('globalThis.marked = true');
const isMarked = () => console_.page.evaluate('globalThis.marked === true');

it('signed out in another tab, whoever signs in here finds neither files nor uploads of who was here before', async () => {
  const bob = await signUp(stack.url);
  const { page } = console_;
  await page.route(/\/uploads\/presign$/, () => undefined);
  await console_.drop([{ name: 'Under way.jpg', type: 'image/jpeg', bytes: await photo() }]);
  await page.getByRole('region', { name: 'Uploads' }).getByText('Under way.jpg').waitFor();
  await mark();

  const other = await ConsolePage.open(context, stack.url);
  await other.go('/');
  await other.page.locator('.who').click();
  await other.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await console_.enter(bob.email, 'Sign in');
  await page.getByText('Your library is empty').waitFor();
  expect(await console_.tile('Of Alice.jpg').count()).toBe(0);
  expect(await page.getByRole('region', { name: 'Uploads' }).count()).toBe(0);
  expect(await isMarked()).toBe(true);
});

it('whoever signs in next is not offered to take back what was done before', async () => {
  const bob = await signUp(stack.url);
  const { page } = console_;
  const { assetId } = await alice.upload(await photo(), { filename: 'Mistake.jpg' });
  await page.reload();
  await page.getByLabel('Select Mistake.jpg').check();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Undo' }).hover();

  const other = await ConsolePage.open(context, stack.url);
  await other.go('/');
  await other.page.locator('.who').click();
  await other.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await console_.enter(bob.email, 'Sign in');
  await page.getByText('Your library is empty').waitFor();
  expect(await page.locator('.toast').count()).toBe(0);
  await alice.ask('DELETE', `/assets/${assetId}?permanent=true`);
});

it('says that the network is away for as long as it is', async () => {
  const { page } = console_;
  const banner = page.getByText('You are offline.');
  await context.setOffline(true);
  await banner.waitFor();
  await context.setOffline(false);
  await banner.waitFor({ state: 'detached' });
});

it('news that could not be marked as read say so, and stay unread', async () => {
  const { page } = console_;
  await console_.untilReady(['Of Alice.jpg']);
  await page.route(/\/notifications\/[^/]+\/read$/, (route) => route.fulfill({ status: 502, body: '<html>' }));
  await console_.go('/notifications');
  const read = page.getByRole('button', { name: /^Mark as read: / }).first();
  await read.click();
  await page.locator('.toast').waitFor();
  await read.waitFor();
});

it('without a connection a link that is pointed at takes nothing away, and leads on when it is back', async () => {
  const { page } = console_;
  const team = page.getByRole('link', { name: 'Team' });
  await mark();
  await context.setOffline(true);
  const failed = page.waitForEvent('requestfailed', (request) => /\/app\/static\//.test(request.url()));
  await team.hover();
  await failed;
  await team.click();
  await page.getByText('The server cannot be reached.').waitFor();
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Team' }).first().waitFor();
  expect(await isMarked()).toBe(true);
});

it('a script that is gone, as after an upgrade, is asked for anew once, and not without end', async () => {
  const { page } = console_;
  await page.route(/\/app\/static\/team-page/, (route) => route.fulfill({ status: 404 }));
  let loads = 0;
  page.on('load', () => (loads += 1));
  await page.getByRole('link', { name: 'Team' }).hover();
  await page.getByRole('link', { name: 'Team' }).click();
  await page.getByText('Something went wrong on this page').waitFor();
  await page.waitForLoadState('load');
  expect(loads).toBe(1);
});

it('without a connection, what could not be done is said', async () => {
  const { page } = console_;
  await page.getByLabel('Select Of Alice.jpg').check();
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.locator('.toast').getByText('The server cannot be reached.').waitFor();
});

it('a refusal of a proxy is not called a mistake of the server', async () => {
  const { page } = console_;
  await page.route(/\/assets\/delete$/, (route) => route.fulfill({ status: 405, body: '<html>' }));
  await page.getByLabel('Select Of Alice.jpg').check();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.locator('.toast').getByText('Method Not Allowed').waitFor();
});
