import type { Browser, BrowserContext } from 'playwright-core';
import { signIn, type Account } from '../../support/account.js';
import { openBrowser } from '../../support/browser.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { ConsolePage, PASSWORD } from './console-page.js';
import { film } from './files.js';

const EMAIL = 'ada@example.com';
/** Somewhere in the film. */
const PLACE = 20;

let stack: Stack;
let browser: Browser;
let context: BrowserContext;
let console_: ConsolePage;
let account: Account;

/** Two films, in a page whose tray leads from one to the other. */
beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack({ env: { TRANSCODE_PRESET: 'ultrafast' } }), openBrowser()]);
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  console_ = await ConsolePage.open(context, stack.url);
  await console_.register(EMAIL);
  account = await signIn(stack.url, EMAIL, PASSWORD);
  const [one, other] = await Promise.all([film(120), film(10)]);
  await console_.drop([one, { ...other, name: 'Other.mp4' }]);
  await console_.untilReady(['Walk.mp4', 'Other.mp4']);
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});
afterEach(() => expect(console_.complaints.splice(0)).toEqual([]));

interface Place {
  playbackId: string;
}

const places = async (): Promise<Place[]> => (await account.ask<{ items: Place[] }>('GET', '/playbacks')).body.items;
const seconds = (): Promise<number> => console_.page.evaluate('document.querySelector("video")?.currentTime ?? 0');
const tray = (name: string) => console_.page.locator('.tray').getByRole('link', { name });
const untilPast = (place: number) => until(seconds, (reached) => reached > place);

async function watchFrom(place: number): Promise<void> {
  await tray('Walk.mp4').click();
  await console_.page.getByRole('heading', { level: 1, name: 'Walk.mp4' }).waitFor();
  await console_.play();
  await console_.page.evaluate(`document.querySelector("video").currentTime = ${place}`);
  await untilPast(place + 0.2);
}

it('another film has a player of its own, also when its page was there before', async () => {
  const { page } = console_;
  await tray('Other.mp4').click();
  await page.getByRole('heading', { level: 1, name: 'Other.mp4' }).waitFor();
  await watchFrom(PLACE);
  expect(await page.evaluate('document.activeElement?.className')).toContain('playing');
  await tray('Other.mp4').click();
  await page.getByRole('heading', { level: 1, name: 'Other.mp4' }).waitFor();
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  expect(await page.locator('video').count()).toBe(0);
});

it('that has no stream yet begins by itself when there is one', async () => {
  const { page } = console_;
  await tray('Walk.mp4').click();
  await tray('Other.mp4').click();
  await page.getByRole('heading', { level: 1, name: 'Other.mp4' }).waitFor();
  const play = page.getByRole('button', { name: 'Play', exact: true });
  await play.waitFor();
  const name = (from: string, to: string) =>
    stack.sql(`UPDATE renditions SET kind = replace(kind, $1, $2) WHERE starts_with(kind, $1)`, [from, to]);
  await name('hls-', 'kept-');
  await play.click();
  await page.getByText('It is still being prepared').waitFor();
  await name('kept-', 'hls-');
  await console_.untilPlaying();
});

it('goes on where it was when the network is back, although the place was lost meanwhile', async () => {
  await watchFrom(PLACE);
  const [lost] = await until(places, ({ length }) => length === 1);
  await context.setOffline(true);
  await until(places, ({ length }) => length === 0);
  const before = await seconds();
  await context.setOffline(false);
  const [taken] = await until(places, ({ length }) => length === 1);
  expect(taken?.playbackId).not.toBe(lost?.playbackId);
  await untilPast(before);
});

it('goes on where it was when somebody has stopped it, and asks for it again', async () => {
  const { page } = console_;
  await tray('Other.mp4').click();
  await watchFrom(PLACE);
  await until(places, ({ length }) => length === 1);
  await until(
    async () => {
      // Again, if need be: one that a busy browser has not spoken for in time is taken anew.
      for (const { playbackId } of await places()) await account.ask('DELETE', `/playbacks/${playbackId}`);
      return page.getByText('This was stopped, here or on another device.').count();
    },
    (told) => told === 1,
  );
  await page.getByRole('button', { name: 'Play again' }).click();
  await console_.untilPlaying();
  expect(await seconds()).toBeGreaterThanOrEqual(PLACE);
});

it('gives a place back that is given when nobody waits for it any more', async () => {
  const { page } = console_;
  await tray('Other.mp4').click();
  await until(places, ({ length }) => length === 0);
  let answer: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route(/\/play$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.getByRole('link', { name: 'Library' }).click();
  await page.getByRole('heading', { level: 1, name: 'Library' }).waitFor();
  const given = page.waitForRequest((request) => request.method() === 'DELETE' && /\/playbacks\//.test(request.url()));
  answer();
  await given;
  await page.unroute(/\/play$/);
});

it('waits for a manifest that the server cannot give yet, and says so when it never will', async () => {
  const { page } = console_;
  const manifest = /\/hls\/[^/]+\/[^/]*\.m3u8/;
  let refusals = 4;
  await page.route(manifest, (route) => (refusals-- > 0 ? route.fulfill({ status: 503 }) : route.continue()));
  await tray('Other.mp4').click();
  await console_.play();
  await page.unroute(manifest);
  await page.route(manifest, (route) => route.fulfill({ status: 403 }));
  await tray('Walk.mp4').click();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.getByText('It cannot be played at the moment.').waitFor();
  await page.unroute(manifest);
  await page.getByRole('button', { name: 'Play again' }).click();
  await console_.untilPlaying();
});

it('says so when the player itself cannot be fetched', async () => {
  const { page } = console_;
  await page.route(/\/app\/static\/hls/, (route) => route.abort());
  await console_.go('/');
  await console_.tile('Other.mp4').getByRole('link').click();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.getByText('It cannot be played at the moment.').waitFor();
  await until(places, ({ length }) => length === 0, 20_000);
});
