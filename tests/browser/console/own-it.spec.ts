import type { Browser, BrowserContext } from 'playwright-core';
import { openBrowser } from '../../support/browser.js';
import { startStack, type Stack } from '../../support/stack.js';
import { ConsolePage, PASSWORD } from './console-page.js';
import { film, photos } from './files.js';

const EMAIL = 'ada@example.com';
const CAPTIONS = 'WEBVTT\n\n00:01.000 --> 00:02.000\nGood morning\n';

let stack: Stack;
let browser: Browser;
let context: BrowserContext;
let console_: ConsolePage;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack({ env: { TRANSCODE_PRESET: 'ultrafast' } }), openBrowser()]);
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  console_ = await ConsolePage.open(context, stack.url);
  await console_.register(EMAIL);
  const [picture] = await photos();
  if (!picture) throw new Error('there are five');
  await console_.drop([picture, await film()]);
  await console_.untilReady([picture.name, 'Walk.mp4']);
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});
afterEach(() => expect(console_.complaints.splice(0)).toEqual([]));

it('radio buttons follow the arrows, and the theme follows them', async () => {
  const { page } = console_;
  await console_.go('/account');
  const theme = page.getByRole('radiogroup', { name: 'Theme' });
  await theme.getByRole('radio', { name: 'System' }).press('ArrowLeft');
  expect(await theme.locator(':focus').textContent()).toBe('Dark');
  expect(await theme.getByRole('radio', { name: 'Dark' }).getAttribute('aria-checked')).toBe('true');
  expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
  await theme.locator(':focus').press('ArrowRight');
  expect(await page.evaluate('document.documentElement.dataset.theme')).toBeUndefined();
});

it('shows the bytes of what was made, and takes away where a photo was taken', async () => {
  const { page } = console_;
  await console_.openAsset('Photo 1.jpg');
  await page.getByRole('row', { name: /Thumbnail .* [\d.]+ (kB|byte)/ }).waitFor();
  await page.getByText('53.54000, 9.98000').waitFor();
  await page.getByRole('button', { name: 'Remove Location' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the location' }).click();
  await page.getByText('The location is removed.').waitFor();
  await page.getByText('53.54000, 9.98000').waitFor({ state: 'detached' });
  await page.reload();
  await page.getByText('Acme Shot One').waitFor();
  expect(await page.getByText('53.54000').count()).toBe(0);
});

it('gives a film captions out of a file, says what is wrong with another one, and takes them back', async () => {
  const { page } = console_;
  await console_.openAsset('Walk.mp4');
  const captions = page.getByRole('region', { name: 'Captions' });
  await captions.getByText('No captions yet.').waitFor();
  await captions.getByRole('button', { name: 'Add captions' }).click();
  const dialog = page.getByRole('dialog');
  const give = async (text: string): Promise<void> => {
    await dialog.getByLabel('File').setInputFiles({ name: 'a.vtt', mimeType: 'text/vtt', buffer: Buffer.from(text) });
    await dialog.getByRole('button', { name: 'Add captions' }).click();
  };
  await dialog.getByLabel('Language').fill('en');
  await dialog.getByLabel('Name in the player').fill('English');
  await give('no captions at all');
  await dialog.getByText(/line \d/i).waitFor();
  await give(CAPTIONS);
  await dialog.waitFor({ state: 'detached' });
  await captions.getByRole('button', { name: 'Remove English' }).click();
  await captions.getByText('No captions yet.').waitFor();
});

it('chooses a picture for the profile, and goes back to the letters', async () => {
  const { page } = console_;
  const [, picture] = await photos();
  if (!picture) throw new Error('there are five');
  await console_.go('/account');
  await page.getByRole('button', { name: 'Edit profile' }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByLabel('Your picture')
    .setInputFiles({ name: picture.name, mimeType: picture.type, buffer: picture.bytes });
  await dialog.locator('img[src*="thumbnail"]').waitFor();
  await dialog.getByRole('button', { name: 'Remove it' }).click();
  await dialog.locator('img[src*="/avatars/"]').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

it('packs all that is kept, to be taken along', async () => {
  const { page } = console_;
  await page.getByRole('button', { name: 'Get my data' }).click();
  const link = page.getByRole('region', { name: 'Your data' }).getByRole('link', { name: 'Download' });
  const answer = await fetch((await link.getAttribute('href')) ?? '');
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect([answer.status, bytes.subarray(0, 2).toString()]).toEqual([200, 'PK']);
});

it('changes the password, which signs out elsewhere; then ends the account', async () => {
  const { page } = console_;
  const phone = await ConsolePage.open(await browser.newContext(), stack.url);
  await phone.signIn(EMAIL, PASSWORD);
  await page.getByRole('button', { name: 'Change password' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Current password').fill('wrong one');
  await dialog.getByLabel('New password').fill('another horse');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Current password').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The password is changed').waitFor();
  await phone.go('/');
  await phone.page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await phone.signIn(EMAIL, 'another horse');

  await page.getByRole('button', { name: 'Delete account' }).click();
  await dialog.getByLabel('Current password').fill('another horse');
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await phone.go('/login');
  await phone.enter(EMAIL, 'Sign in', 'another horse');
  await phone.page.getByRole('alert').waitFor();
});
