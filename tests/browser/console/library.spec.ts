import type { Browser, BrowserContext, Route } from 'playwright-core';
import type { Database } from '#libs/database/database.js';
import { seedScale } from '../../../prisma/scale/seed-scale.js';
import { ask, signUp, type Account } from '../../support/account.js';
import { openBrowser } from '../../support/browser.js';
import { openDatabase } from '../../support/open-database.js';
import { photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { ConsolePage, PASSWORD } from './console-page.js';

let stack: Stack;
let browser: Browser;
let database: Database;
let alice: Account;
/** Owns a library of two pages and a half. */
let collector: string;
let context: BrowserContext;
let console_: ConsolePage;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), openBrowser()]);
  database = openDatabase(stack.databaseUrl);
  alice = await signUp(stack.url);
  await alice.upload(await photo(), { filename: 'Beach.jpg', about: { visibility: 'public' } });
  await alice.upload(await photo(), { filename: 'Shoes.jpg', about: { labels: { category: 'shoes' } } });
  const { tenantIds } = await seedScale(stack.databaseUrl, { assets: 500, tenants: 1 });
  collector = `${tenantIds[0]}@scale.example`;
  await database.query(
    'give-password',
    'UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE email = $1) WHERE email = $2',
    [alice.email, collector],
  );
});
afterAll(async () => {
  await browser.close();
  await database.close();
  await stack.stop();
});

beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  console_ = await ConsolePage.open(context, stack.url);
});
afterEach(async () => {
  expect(console_.complaints).toEqual([]);
  await context.close();
});

const SEARCH = /\/assets\/search$/;
const isFurtherDown = (route: Route): boolean =>
  (route.request().postDataJSON() as { cursor?: string }).cursor !== undefined;
const setStatus = (status: string, from: number, to = from) =>
  database.query(
    'set-status',
    `UPDATE assets SET status = $1::asset_status WHERE split_part(title, ' ', 2)::int BETWEEN $2 AND $3
     AND title LIKE 'Picture %'`,
    [status, from, to],
  );

/** A tile by its whole name: Picture 30 is not Picture 300. */
const picture = (number: number) =>
  console_.page.locator('.tile').filter({ has: console_.page.getByText(`Picture ${number}`, { exact: true }) });

/** Goes down until the tile of this number is there. */
async function scrollTo(number: number): Promise<void> {
  await console_.page.locator('.tile').first().waitFor();
  await until(
    async () => {
      await console_.page.mouse.wheel(0, 600);
      return picture(number).count();
    },
    (count) => count === 1,
  );
  await picture(number).scrollIntoViewIfNeeded();
}

const toTop = () => console_.page.evaluate('window.scrollTo(0, 0)');

it('shares: what others have made public is not in my library', async () => {
  const stranger = await signUp(stack.url);
  await stranger.upload(await photo(), { filename: 'Of a stranger.jpg', about: { visibility: 'public' } });
  await console_.signIn(alice.email, PASSWORD);
  await console_.page.getByLabel('Shared').selectOption('Public');
  await console_.tile('Shoes.jpg').waitFor({ state: 'detached' });
  await console_.tile('Beach.jpg').waitFor();
  expect(await console_.page.locator('.tile-name').allTextContents()).toEqual(['Beach.jpg']);
});

it('leaves a search: what was typed goes with it', async () => {
  const { page } = console_;
  await console_.signIn(alice.email, PASSWORD);
  await page.getByRole('searchbox').fill('nothing is called so');
  await page.getByRole('button', { name: 'Show everything' }).click();
  await console_.tile('Beach.jpg').waitFor();
  expect(await page.getByRole('searchbox').inputValue()).toBe('');
});

it('finds by a label and by the days of the upload', async () => {
  const { page } = console_;
  await console_.signIn(alice.email, PASSWORD);
  const narrow = async (fields: Record<string, string>): Promise<void> => {
    await page.getByRole('button', { name: 'More filters' }).click();
    for (const [name, value] of Object.entries(fields)) await page.getByRole('dialog').getByLabel(name).fill(value);
    await page.getByRole('button', { name: 'Show these' }).click();
  };
  await narrow({ Name: 'category' });
  expect(await page.getByRole('dialog').locator('input[name=value]:invalid').count()).toBe(1);
  await page.getByRole('dialog').press('Escape');
  await narrow({ Name: 'category', Value: 'shoes' });
  await console_.tile('Beach.jpg').waitFor({ state: 'detached' });
  await console_.tile('Shoes.jpg').waitFor();
  const day = (later: number): string => new Date(Date.now() + later * 86_400_000).toISOString().slice(0, 10);
  await narrow({ From: day(2) });
  await page.getByText('Nothing matches').waitFor();
  await page.reload();
  await page.getByText('Nothing matches').waitFor();
  await narrow({ Name: '', Value: '', From: day(-2), Until: day(1) });
  await console_.tile('Beach.jpg').waitFor();
});

it('renews a picture whose address has ended', async () => {
  await console_.page.route(/\/objects\/.*thumbnail/, (route) => route.fulfill({ status: 403 }), { times: 2 });
  const before = await alice.ask<{ items: { id: string }[] }>('GET', '/assets');
  for (const { id } of before.body.items) await alice.settled(id);
  await console_.signIn(alice.email, PASSWORD);
  await console_.untilReady(['Beach.jpg', 'Shoes.jpg']);
});

it('shows what team-mates have added to somebody who comes back to the window', async () => {
  const { page } = console_;
  await console_.signIn(alice.email, PASSWORD);
  await console_.untilReady(['Beach.jpg', 'Shoes.jpg']);
  const added = await alice.upload(await photo(), { filename: 'Meanwhile.jpg' });
  await alice.settled(added.assetId);
  await page.evaluate('document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))');
  await console_.tile('Meanwhile.jpg').waitFor();
  await alice.ask('DELETE', `/assets/${added.assetId}?permanent=true`);
});

it('what is in the trash is chosen by a click, since it has no page', async () => {
  const { page } = console_;
  const { assetId } = await alice.upload(await photo(), { filename: 'Old.jpg' });
  await alice.ask('DELETE', `/assets/${assetId}`);
  await console_.signIn(alice.email, PASSWORD);
  await page.getByRole('link', { name: 'Trash' }).click();
  await page.getByRole('list', { name: 'Trash' }).getByText('Old.jpg').click();
  await page.getByText('1 selected').waitFor();
  expect(await console_.tile('Old.jpg').getByRole('link').count()).toBe(0);
  await page.getByRole('button', { name: 'Restore' }).click();
  await page.getByText('1 file restored').waitFor();
  await alice.ask('DELETE', `/assets/${assetId}?permanent=true`);
});

it('a dialog is left without what was chosen', async () => {
  const { page } = console_;
  await console_.signIn(alice.email, PASSWORD);
  await page.getByLabel('Select Beach.jpg').check();
  await page.getByRole('button', { name: 'Label' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('1 selected').waitFor({ state: 'detached' });
});

it('viewers are offered no upload, and a drop says why', async () => {
  const { body } = await alice.ask<{ token: string }>('POST', '/tenant/invitations', {
    email: 'viewer@example.com',
    role: 'VIEWER',
  });
  const joined = { email: 'viewer@example.com', password: PASSWORD, invitationToken: body.token };
  await ask(stack.url, 'POST', '/auth/register', joined);
  await console_.signIn('viewer@example.com', PASSWORD);
  await console_.tile('Beach.jpg').waitFor();
  expect(await console_.page.getByRole('button', { name: 'Upload' }).count()).toBe(0);
  await console_.drop([{ name: 'No.jpg', type: 'image/jpeg', bytes: await photo() }]);
  await console_.page.getByText('You may look at these files').waitFor();
  expect(await console_.page.getByRole('region', { name: 'Uploads' }).count()).toBe(0);
});

it('when more cannot be loaded, it is asked for once, and again when somebody says so', async () => {
  const { page } = console_;
  let refused = 0;
  await page.route(SEARCH, async (route) => {
    if (!isFurtherDown(route)) return route.continue();
    refused += 1;
    await route.fulfill({ status: 400, json: { code: 'INVALID_CURSOR', detail: 'no', status: 400 } });
  });
  await console_.signIn(collector, PASSWORD);
  await scrollTo(190);
  await page.getByText('More could not be loaded.').waitFor();
  for (let times = 0; times < 20; times += 1) {
    await page.mouse.wheel(0, times % 2 === 0 ? -400 : 400);
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
  }
  expect(refused).toBe(1);
  await page.unroute(SEARCH);
  await page.getByRole('button', { name: 'Try again' }).click();
  await scrollTo(230);
});

it('what ends far down the list is shown as it is, and leaves a list that it no longer belongs to', async () => {
  await setStatus('PROCESSING', 1, 300);
  await console_.signIn(collector, PASSWORD);
  await scrollTo(280);
  await picture(280).getByText('Processing').waitFor();
  await setStatus('READY', 280);
  await picture(280).getByText('Processing').waitFor({ state: 'detached' });

  await console_.go('/?status=PROCESSING');
  await scrollTo(270);
  await setStatus('READY', 270);
  await picture(270).waitFor({ state: 'detached' });
  await picture(271).waitFor();
  await setStatus('READY', 1, 300);
});

it('what was deleted far down comes back where it was', async () => {
  const { page } = console_;
  await console_.signIn(collector, PASSWORD);
  await scrollTo(250);
  const around = async () => {
    const names = await page.locator('.tile-name').allTextContents();
    const at = names.indexOf('Picture 250');
    return names.slice(at - 3, at + 4);
  };
  const before = await around();
  expect(before).toHaveLength(7);
  await page.getByLabel('Select Picture 250', { exact: true }).check();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('1 file moved to the trash').waitFor();
  expect(await picture(250).count()).toBe(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await picture(250).waitFor();
  expect(await around()).toEqual(before);

  await context.setOffline(true);
  await page.getByLabel('Select Picture 250', { exact: true }).check();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.locator('.toast').getByText('The server cannot be reached.').waitFor();
  await picture(250).waitFor();
  await context.setOffline(false);
});

it('leads from an asset back to the list as it was left', async () => {
  const { page } = console_;
  await console_.signIn(collector, PASSWORD);
  await page.getByLabel('Order').selectOption('Oldest first');
  await scrollTo(230);
  const place = () => page.evaluate<number>('Math.round(window.scrollY)');
  const before = await place();
  const asked: string[] = [];
  await picture(230).getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: 'Picture 230' }).waitFor();
  page.on('request', (request) => SEARCH.test(request.url()) && asked.push(request.postData() ?? ''));
  await page.getByRole('link', { name: 'Back' }).click();
  await picture(230).waitFor();
  expect(new URL(page.url()).search).toBe('?sort=createdAt');
  await until(place, (now) => Math.abs(now - before) < 20);
  expect(asked.filter((body) => body.includes('cursor'))).toEqual([]);
});

it('what was changed far down is shown so in the list', async () => {
  const { page } = console_;
  await console_.signIn(collector, PASSWORD);
  await scrollTo(260);
  await picture(260).getByRole('link').click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByLabel('Title').fill('Renamed');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Renamed' }).waitFor();
  await page.getByRole('link', { name: 'Back' }).click();
  await console_.tile('Renamed').waitFor();
  expect(await picture(261).count()).toBe(1);
});

it('whoever leaves a file while it is deleted stays where they went', async () => {
  const { page } = console_;
  const held: Route[] = [];
  await page.route(/\/assets\/[0-9a-f-]+$/, async (route) => {
    if (route.request().method() === 'DELETE') held.push(route);
    else await route.continue();
  });
  await console_.signIn(collector, PASSWORD);
  await page.getByLabel('Order').selectOption('Oldest first');
  await picture(490).getByRole('link').click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('link', { name: 'Back' }).click();
  await picture(490).waitFor();
  await until(
    () => held.length,
    (count) => count === 1,
  );
  await held[0]?.continue();
  await page.getByText('1 file moved to the trash').waitFor();
  await picture(490).waitFor({ state: 'detached' });
  expect(new URL(page.url()).search).toBe('?sort=createdAt');
});

it('what others delete far down leaves the list of somebody who looks at it', async () => {
  const { page } = console_;
  await console_.signIn(collector, PASSWORD);
  await scrollTo(265);
  const inTrash = (at: Date | null) =>
    database.query('trash', `UPDATE assets SET deleted_at = $1 WHERE title = 'Picture 265'`, [at]);
  await inTrash(new Date());
  await page.evaluate('document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))');
  await picture(265).waitFor({ state: 'detached' });
  await picture(266).waitFor();
  await inTrash(null);
});

it('the keyboard goes on in the page that a tile leads to, and in the list after the way back', async () => {
  const { page } = console_;
  const focused = () => page.evaluate<string | undefined>('document.activeElement?.id');
  await console_.signIn(alice.email, PASSWORD);
  await console_.tile('Beach.jpg').getByRole('link').press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Beach.jpg' }).waitFor();
  await until(focused, (id) => id === 'content');
  await page.getByRole('link', { name: 'Back' }).press('Enter');
  await console_.tile('Beach.jpg').waitFor();
  await until(focused, (id) => id === 'content');
});

/** All up to this one. */
async function chooseTo(number: number): Promise<void> {
  await console_.page.getByLabel('Select Picture 1', { exact: true }).check();
  await scrollTo(number);
  await picture(number)
    .getByRole('checkbox')
    .click({ modifiers: ['Shift'] });
}

it('a list whose first page is on its way out keeps the rest', async () => {
  const { page } = console_;
  const held: Route[] = [];
  await page.route(/\/assets\/delete$/, (route) => void held.push(route));
  await console_.signIn(collector, PASSWORD);
  await chooseTo(220);
  const looked = page.waitForResponse(SEARCH);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.evaluate('document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))');
  await looked;
  await toTop();
  await picture(221).waitFor();
  await until(
    () => held.length,
    (count) => count === 1,
  );
  await held[0]?.abort();
  await page.locator('.toast').getByText('The server cannot be reached.').waitFor();
  await toTop();
  await picture(1).waitFor();
});

it('with a server that is busy for long, a stop is one at once', async () => {
  const { page } = console_;
  const problem = { code: 'RATE_LIMITED', detail: 'too fast', status: 429 };
  await page.route(/\/assets\/delete$/, (route) =>
    route.fulfill({ status: 429, headers: { 'retry-after': '3600' }, json: problem }),
  );
  await console_.signIn(collector, PASSWORD);
  await chooseTo(60);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByText(/^0 of \d+ files$/).waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
  await toTop();
  await picture(1).waitFor();
});

it('what was under way ends with the sign-in, and whoever comes next hears nothing of it', async () => {
  const { page } = console_;
  const held: Route[] = [];
  await page.route(/\/assets\/delete$/, (route) => void held.push(route));
  await console_.signIn(collector, PASSWORD);
  await chooseTo(120);
  await page.getByRole('button', { name: 'Delete' }).click();
  await until(
    () => held.length,
    (count) => count === 1,
  );
  const other = await ConsolePage.open(context, stack.url);
  await other.go('/');
  await other.page.locator('.who').click();
  await other.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await console_.enter(alice.email, 'Sign in');
  await console_.tile('Beach.jpg').waitFor();
  const [first] = held;
  const answered = page.waitForResponse(/\/assets\/delete$/);
  await first?.fulfill({ json: { done: [], failed: [] } });
  await (await answered).finished();
  await page.evaluate('fetch("/health")');
  expect([held.length, await page.locator('.toast').count()]).toEqual([1, 0]);
});

it('of many files those that cannot be restored stay, with the reason, and the others come back', async () => {
  const { page } = console_;
  const declared = { filename: 'Twice.jpg', about: { resource: 'page', resourceId: '1' } };
  const { assetId: taken } = await alice.upload(await photo(), declared);
  const { assetId: free } = await alice.upload(await photo(), { filename: 'Free.jpg' });
  await alice.ask('POST', '/assets/delete', { ids: [taken, free] });
  const { assetId: second } = await alice.upload(await photo(), declared);
  await console_.signIn(alice.email, PASSWORD);
  await page.getByRole('link', { name: 'Trash' }).click();
  for (const name of ['Twice.jpg', 'Free.jpg']) await page.getByLabel(`Select ${name}`).check();
  await page.getByRole('button', { name: 'Restore' }).click();
  await page.getByText('1 file restored').waitFor();
  await page.locator('.toast').getByText(/name/).waitFor();
  await console_.tile('Twice.jpg').waitFor();
  expect(await console_.tile('Free.jpg').count()).toBe(0);
  await alice.ask('POST', '/assets/delete', { ids: [taken, free, second], permanent: true });
});

it('says how far it is with many, a hundred a request; waits when it was too fast, and can be stopped', async () => {
  const { page } = console_;
  const held: Route[] = [];
  let asked = 0;
  await page.route(/\/assets\/delete$/, async (route) => {
    asked += 1;
    const problem = { code: 'RATE_LIMITED', detail: 'too fast', status: 429 };
    if (asked === 1) return route.fulfill({ status: 429, headers: { 'retry-after': '1' }, json: problem });
    if (asked > 2) held.push(route);
    else await route.continue();
  });
  await console_.signIn(collector, PASSWORD);
  await chooseTo(310);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByText(/^100 of 30\d files$/).waitFor();
  await until(
    () => held.length,
    (count) => count === 1,
  );
  // Whoever looks at something else meanwhile can stop it as well.
  await page.getByLabel('Order').selectOption('Oldest first');
  await picture(488).waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByLabel('Order').selectOption('Newest first');
  await held[0]?.continue();
  await page.getByText('200 files moved to the trash').waitFor();
  expect(await page.locator('.toast').count()).toBe(1);
  expect(asked).toBe(3);
  await toTop();
  await picture(203).waitFor();
  expect(await picture(1).count()).toBe(0);
});
