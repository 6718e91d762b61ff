import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Request, Route } from 'playwright-core';
import { signUp, type Account, type AssetBody } from '../../support/account.js';
import { openBrowser } from '../../support/browser.js';
import { photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { ConsolePage, PASSWORD } from './console-page.js';

const MIB = 1024 * 1024;

let stack: Stack;
let browser: Browser;
let context: BrowserContext;
let account: Account;
let jpeg: string;
let console_: ConsolePage;
let parts: Parts;

/** What a page asks of the store for parts of files. */
class Parts {
  /** Numbers of the parts that arrived, as often as they did. */
  readonly arrived: number[] = [];
  uploadId = '';
  /** The most that were on their way at once. */
  most = 0;
  private underWay = 0;
  private readonly held = new Set<Route>();
  private holds: (number: number) => boolean = () => false;

  static async of({ page }: ConsolePage): Promise<Parts> {
    const parts = new Parts();
    await page.route(/\/objects\/.*partNumber=/, (route) => parts.pass(route));
    page.on('requestfinished', (request) => void parts.finish(request));
    page.on('requestfailed', (request) => void parts.finish(request));
    return parts;
  }

  /** Lets no part with such a number through, until told otherwise; how it is answered is the caller's. */
  hold(holds: (number: number) => boolean): void {
    this.holds = holds;
  }

  async release(answer: (route: Route) => Promise<void> = (route) => route.continue()): Promise<void> {
    this.holds = () => false;
    const held = [...this.held];
    this.held.clear();
    await Promise.all(held.map((route) => answer(route).catch(() => undefined)));
  }

  untilArrived(...numbers: number[]): Promise<unknown> {
    return until(
      () => this.arrived,
      (arrived) => numbers.every((number) => arrived.includes(number)),
    );
  }

  private async pass(route: Route): Promise<void> {
    this.most = Math.max(this.most, ++this.underWay);
    if (this.holds(numberOf(route.request()))) this.held.add(route);
    else await route.continue();
  }

  private async finish(request: Request): Promise<void> {
    const response = await request.response().catch(() => null);
    if (/\/uploads\/multipart$/.test(request.url()) && response)
      this.uploadId = ((await response.json()) as { uploadId: string }).uploadId;
    if (!/partNumber=/.test(request.url())) return;
    this.underWay -= 1;
    if (response?.status() === 200) this.arrived.push(numberOf(request));
  }
}

const numberOf = (request: Request): number => Number(new URL(request.url()).searchParams.get('partNumber'));

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), openBrowser()]);
  account = await signUp(stack.url);
  jpeg = (await photo(800, 600)).toString('base64');
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});

beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  console_ = await ConsolePage.open(context, stack.url);
  await console_.signIn(account.email, PASSWORD);
  parts = await Parts.of(console_);
});
afterEach(async () => {
  expect(console_.complaints).toEqual([]);
  await context.close();
});

/** A photograph with so much behind it: made in the page, since it is too large to be told. */
async function dropLarge(name: string, mebibytes: number): Promise<void> {
  const transfer = await console_.page.evaluateHandle(`(() => {
    const data = new DataTransfer();
    const jpeg = Uint8Array.from(atob('${jpeg}'), (character) => character.charCodeAt(0));
    const rest = new Uint8Array(${mebibytes * MIB} - jpeg.length);
    data.items.add(new File([jpeg, rest], '${name}', { type: 'image/jpeg', lastModified: 1700000000000 }));
    return data;
  })()`);
  await console_.page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

/** Pictures come from there as well. */
async function onFirstPut(answer: (route: Route) => Promise<void>): Promise<void> {
  let isFirst = true;
  await console_.page.route(/\/objects\//, async (route) => {
    if (route.request().method() !== 'PUT' || !isFirst) return route.continue();
    isFirst = false;
    await answer(route);
  });
}

const press = (name: string) => console_.page.getByRole('button', { name, exact: true }).click();
const untilUploaded = (files = '1 file') =>
  console_.page.getByText(`${files} uploaded`, { exact: true }).waitFor({ timeout: 200_000 });
/** Every part of what was uploaded has arrived once. */
const untilAll = async (numbers: number[]): Promise<void> => {
  await until(
    () => parts.arrived.length,
    (count) => count >= numbers.length,
  );
  expect(parts.arrived.sort()).toEqual(numbers);
};
const stateOf = async (id: string) => (await account.ask('GET', `/uploads/${id}`)).body.state;
const each = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

it('a pause keeps what has arrived: nothing is sent twice, and never more than three parts at once', async () => {
  parts.hold((number) => number > 2);
  await dropLarge('Paused.jpg', 40);
  await parts.untilArrived(1, 2);
  await press('Pause Paused.jpg');
  await console_.page.getByText('Paused', { exact: false }).first().waitFor();
  await parts.release((route) => route.abort());
  await until(
    () => parts.uploadId,
    (id) => id !== '',
  );
  expect(await stateOf(parts.uploadId)).toBe('WAITING');
  await press('Resume Paused.jpg');
  await untilUploaded();
  await untilAll(each(5));
  expect(parts.most).toBeLessThanOrEqual(3);
  const { body } = await account.ask<{ items: AssetBody[] }>('GET', '/assets?search=Paused');
  expect(await account.settled(body.items[0]?.id ?? '')).toMatchObject({ status: 'READY', size: 40 * MIB });
});

it('two large files and a small one share three places', async () => {
  await dropLarge('First.jpg', 40);
  await dropLarge('Second.jpg', 40);
  await dropLarge('Small.jpg', 1);
  await untilUploaded('3 files');
  await untilAll([...each(5), ...each(5)].sort());
  expect(parts.most).toBeLessThanOrEqual(3);
});

it('cancelled, it is gone from the server as well', async () => {
  parts.hold((number) => number > 1);
  await dropLarge('Unwanted.jpg', 40);
  await parts.untilArrived(1);
  await press('Cancel Unwanted.jpg');
  await until(
    () => stateOf(parts.uploadId),
    (state) => state === 'CANCELLED',
  );
  await parts.release((route) => route.abort());
  await console_.page.getByRole('region', { name: 'Uploads' }).waitFor({ state: 'detached' });
});

it('after an error it can be tried again, and goes on from there', async () => {
  parts.hold((number) => number === 2);
  await dropLarge('Refused.jpg', 40);
  await parts.untilArrived(1, 3, 4, 5);
  await parts.release((route) => route.fulfill({ status: 400, body: 'a proxy that knows better' }));
  await press('Try Refused.jpg again');
  await untilUploaded();
  await untilAll(each(5));
});

it('waits while the connection is away, and goes on by itself', async () => {
  parts.hold((number) => number > 2);
  await dropLarge('Train.jpg', 40);
  await parts.untilArrived(1, 2);
  await context.setOffline(true);
  await parts.release((route) => route.abort('internetdisconnected'));
  await console_.page.getByText('Waiting for the connection').first().waitFor();
  await context.setOffline(false);
  await untilUploaded();
  await untilAll(each(5));
});

it('a small one whose answers are lost takes its room once, and becomes one asset', async () => {
  const { page } = console_;
  let presigned = 0;
  page.on('request', (request) => (presigned += /\/uploads\/presign$/.test(request.url()) ? 1 : 0));
  await onFirstPut((route) => route.abort());
  await page.route(
    /\/uploads\/complete$/,
    async (route) => {
      await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );
  await dropLarge('Lost.jpg', 1);
  for (const next of ['Resume Lost.jpg', 'Resume Lost.jpg']) await press(next);
  await untilUploaded();
  const { body } = await account.ask<{ items: AssetBody[] }>('GET', '/assets?search=Lost');
  expect([presigned, body.items.length]).toEqual([1, 1]);
});

it('of a small one that the store refuses nothing is left, and trying again begins anew', async () => {
  const { page } = console_;
  const presign = page.waitForResponse(/\/uploads\/presign$/);
  await onFirstPut((route) => route.fulfill({ status: 403 }));
  await dropLarge('Forbidden.jpg', 1);
  const { uploadId } = (await (await presign).json()) as { uploadId: string };
  await page.getByRole('button', { name: 'Try Forbidden.jpg again' }).waitFor();
  expect(await stateOf(uploadId)).toBe('CANCELLED');
  await press('Try Forbidden.jpg again');
  await untilUploaded();
});

it('a server that is busy is waited for by all, and is not called a connection', async () => {
  const { page } = console_;
  let asked = 0;
  const busy = { status: 503, headers: { 'retry-after': '30' }, body: 'a proxy without a server' };
  await page.route(/\/uploads\/presign$/, (route) => {
    asked += 1;
    return route.fulfill(busy);
  });
  for (const name of each(9)) await dropLarge(`Busy ${name}.jpg`, 1);
  await page.getByText('Waiting for the server').first().waitFor();
  expect(asked).toBeLessThanOrEqual(3);
  await page.unroute(/\/uploads\/presign$/);
  await press('Resume Busy 1.jpg');
  await untilUploaded('9 files');
});

it('when all is paused, one goes on alone; after a cancel of each, what is dropped begins', async () => {
  parts.hold(() => true);
  await dropLarge('One.jpg', 40);
  await dropLarge('Two.jpg', 40);
  await console_.page.getByRole('button', { name: 'Pause Two.jpg' }).waitFor();
  await press('Pause all');
  await parts.release((route) => route.abort());
  await press('Resume One.jpg');
  await console_.page.getByText('1 of 2 files uploaded').waitFor();
  await press('Cancel Two.jpg');
  await dropLarge('Three.jpg', 1);
  await untilUploaded('2 files');
});

it('goes on when the page was closed and the file is chosen again', async () => {
  parts.hold((number) => number > 2);
  await dropLarge('Closed.jpg', 40);
  await parts.untilArrived(1, 2);
  await console_.page.close();

  console_ = await ConsolePage.open(context, stack.url);
  parts = await Parts.of(console_);
  await console_.go('/');
  await console_.page.getByText('1 file can go on where the last page was closed').waitFor();
  await console_.page.getByText('Choose the file again to go on').waitFor();
  await dropLarge('Closed.jpg', 40);
  await untilUploaded();
  // Some of what was on its way when the page was closed may have arrived as well; nothing is sent twice.
  expect(parts.arrived.filter((number, index) => number <= 2 || parts.arrived.indexOf(number) !== index)).toEqual([]);
  await console_.page.reload();
  await console_.tile('Closed.jpg').waitFor();
  expect(await console_.page.getByText('Choose the file again to go on').count()).toBe(0);
});

it('takes a folder that is dropped, with what is in it', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'dropped-'));
  const holiday = path.join(folder, 'Holiday');
  await mkdir(path.join(holiday, 'Day 1'), { recursive: true });
  for (const name of ['Beach.jpg', 'Day 1/Hotel.jpg', '.DS_Store'])
    await writeFile(path.join(holiday, name), Buffer.from(jpeg, 'base64'));
  const devtools = await context.newCDPSession(console_.page);
  const data = { items: [], files: [holiday], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
  await untilUploaded('2 files');
  const { body } = await account.ask<{ items: AssetBody[] }>('GET', '/assets?limit=2');
  const folders = Object.fromEntries(body.items.map(({ filename, labels }) => [filename, labels.folder]));
  expect(folders).toEqual({ 'Beach.jpg': 'Holiday', 'Hotel.jpg': 'Holiday/Day 1' });
  await rm(folder, { recursive: true });
});
