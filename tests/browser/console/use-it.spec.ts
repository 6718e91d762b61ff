import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext } from 'playwright-core';
import { openBrowser } from '../../support/browser.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { ConsolePage } from './console-page.js';
import { film, photos } from './files.js';

const email = `${randomUUID()}@example.com`;

let stack: Stack;
let browser: Browser;
let context: BrowserContext;
let console_: ConsolePage;

/** One person's first day with it, from the account to the trash and back. */
beforeAll(async () => {
  // A tab that has stood still for a while keeps its place all the same.
  const env = { TRANSCODE_PRESET: 'ultrafast', PLAYBACK_SILENCE_SECONDS: '60' };
  [stack, browser] = await Promise.all([startStack({ env }), openBrowser()]);
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  console_ = await ConsolePage.open(context, stack.url);
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});
afterEach(() => expect(console_.complaints.splice(0)).toEqual([]));

it('registers; the refresh token is nowhere where a script could read it', async () => {
  await console_.register(email);
  const [cookie] = await context.cookies(new URL('/auth/refresh', stack.url).href);
  expect(cookie).toMatchObject({ name: 'media_inbox_refresh', httpOnly: true, sameSite: 'Strict' });
  const readable = await console_.page.evaluate(
    'document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)',
  );
  expect(readable).not.toContain(cookie?.value);
});

it('takes five photos and a film that are dropped, and shows them ready by itself', async () => {
  const files = [...(await photos()), await film()];
  await console_.drop(files);
  await console_.page.getByText('6 files uploaded').waitFor();
  await console_.untilReady(files.map(({ name }) => name));
  // A blurred picture was there before the real one.
  const behind = await console_.tile('Photo 1.jpg').locator('.tile-picture').getAttribute('style');
  expect(behind).toContain('data:image/png');
  await console_.page.getByRole('button', { name: 'Close' }).click();
  await console_.go('/notifications');
  await console_.page.getByRole('link', { name: '6 files are ready' }).waitFor();
  await console_.page.getByText('and 3 more').waitFor();
  await console_.page.getByRole('link', { name: 'Library' }).click();
});

it('finds by name, and by the label that was given to several', async () => {
  const { page } = console_;
  for (const name of ['Photo 2.jpg', 'Photo 4.jpg']) await page.getByLabel(`Select ${name}`).check();
  await page.getByRole('button', { name: 'Label' }).click();
  await page.getByLabel('Name', { exact: true }).fill('category');
  await page.getByLabel('Value').fill('summer');
  await page.getByRole('dialog').getByRole('button', { name: 'Label' }).click();
  await page.getByText('2 files labelled').waitFor();
  await page.getByRole('searchbox').fill('summer');
  await until(
    () => page.locator('.tile').count(),
    (count) => count === 2,
  );
  await page.getByRole('searchbox').fill('');
  await console_.tile('Photo 1.jpg').waitFor();
});

it('opens a photo, shares it under an address that everybody can open, and signs a variant', async () => {
  const { page } = console_;
  await console_.openAsset('Photo 1.jpg');
  await page.getByText('Acme Shot One').waitFor();
  await page.getByRole('radio', { name: 'Public' }).click();
  const address = await page.getByLabel('Public address').inputValue();
  expect((await fetch(address)).status).toBe(200);
  await page.getByRole('radio', { name: 'Private' }).click();
  await page.getByLabel('Public address').waitFor({ state: 'detached' });
  expect((await fetch(address)).status).toBe(404);
  await page.getByRole('button', { name: 'Get the address' }).click();
  await page.locator('.variant-picture[data-shown=true]').waitFor();
  const variant = await fetch(await page.getByLabel('Signed address').inputValue());
  expect([variant.status, variant.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^image\//)]);
});

it('plays the film, offers its qualities, and gives the place back when the page goes', async () => {
  const { page } = console_;
  await console_.openAsset('Walk.mp4');
  await console_.play();
  expect(await page.locator('.controls').getByLabel('Quality').locator('option').allTextContents()).toEqual([
    'Auto',
    '360p',
  ]);
  await page.locator('.seek').hover();
  await page.locator('.seek-hint .story').waitFor();
  const given = page.waitForRequest((request) => request.method() === 'DELETE' && /\/playbacks\//.test(request.url()));
  await page.getByRole('link', { name: 'Library' }).click();
  await given;
});

it('refuses the fourth player kindly, and plays it when another one is stopped there', async () => {
  const tabs = await Promise.all(Array.from({ length: 4 }, () => ConsolePage.open(context, stack.url)));
  const [first, ...others] = tabs;
  const fourth = others.pop();
  if (!first || !fourth) throw new Error('four tabs were opened');
  await console_.openAsset('Walk.mp4');
  const { pathname } = new URL(console_.page.url());
  for (const tab of tabs) await tab.go(pathname.replace('/app', ''));
  for (const tab of [first, ...others]) await tab.play();
  await fourth.page.getByRole('button', { name: 'Play', exact: true }).click();
  const dialog = fourth.page.getByRole('alertdialog', { name: 'You are watching 3 things already' });
  await dialog.waitFor();
  expect(await dialog.getByRole('listitem').count()).toBe(3);
  await dialog.getByRole('button', { name: 'Stop the other one' }).first().click();
  await fourth.untilPlaying();
  await Promise.any(
    [first, ...others].map(({ page }) => page.getByText('This was stopped, here or on another device.').waitFor()),
  );
  await Promise.all(tabs.map(({ page }) => page.close()));
});

it('deletes, says so with a way back, and restores from the trash', async () => {
  const { page } = console_;
  await console_.openAsset('Photo 5.jpg');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('1 file moved to the trash').waitFor();
  await console_.tile('Photo 1.jpg').waitFor();
  expect(await console_.tile('Photo 5.jpg').count()).toBe(0);
  await page.getByRole('link', { name: 'Trash' }).click();
  await console_.tile('Photo 5.jpg').waitFor();
  await page.getByLabel('Select Photo 5.jpg').check();
  await page.getByRole('button', { name: 'Restore' }).click();
  await page.getByText('1 file restored').waitFor();
  await console_.go('/');
  await console_.tile('Photo 5.jpg').waitFor();
});

it('five tabs that wake up together stay signed in; a device is signed out from another one', async () => {
  const tabs = await Promise.all(Array.from({ length: 5 }, () => ConsolePage.open(context, stack.url)));
  await Promise.all(tabs.map((tab) => tab.go('/account')));
  await Promise.all(tabs.map(({ page }) => page.getByText('This device').waitFor()));
  const phone = await ConsolePage.open(await browser.newContext(), stack.url);
  await phone.signIn(email, 'correct horse');
  await phone.go('/account');
  await phone.page.getByRole('button', { name: 'Sign out there' }).click();
  await phone.page.getByText('That device is signed out.').waitFor();
  const [tab] = tabs;
  await tab?.go('/');
  await tab?.page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await Promise.all([...tabs, phone].map(({ page }) => page.close()));
});
