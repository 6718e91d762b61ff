import type { Browser } from 'playwright-core';
import { ask } from '../../support/account.js';
import { openBrowser } from '../../support/browser.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { ConsolePage } from './console-page.js';

let stack: Stack;
let browser: Browser;
let owner: ConsolePage;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), openBrowser()]);
  owner = await ConsolePage.open(await browser.newContext(), stack.url);
  await owner.register('owner@example.com');
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});
afterEach(() => expect(owner.complaints.splice(0)).toEqual([]));

/** What the owner is given to hand on. */
async function invite(email: string): Promise<string> {
  const { page } = owner;
  await owner.go('/team');
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Role', { exact: true }).selectOption('Editor');
  await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
  const link = await page.getByLabel('Link of the invitation').inputValue();
  await page.getByRole('button', { name: 'Done' }).click();
  return link;
}

/** The path of a link, as `go` wants it. */
const pathOf = (link: string): string => new URL(link).href.split('/app')[1] ?? '';

it('invites somebody, who joins by the link; says what they may, and removes them', async () => {
  const link = await invite('editor@example.com');
  const joined = await ConsolePage.open(await browser.newContext(), stack.url);
  await joined.join(pathOf(link), 'editor@example.com');
  await joined.go('/team');
  await joined.page.getByText('You', { exact: true }).waitFor();
  expect(await joined.page.getByRole('button', { name: 'Invite' }).count()).toBe(0);

  const { page } = owner;
  await owner.go('/team');
  await page.getByText('Nobody is invited at the moment.').waitFor();
  await page.getByLabel('Role of editor@example.com').selectOption('Viewer');
  await until(
    async () => {
      await joined.go('/team');
      return joined.page.getByRole('listitem').filter({ hasText: 'editor@' }).textContent();
    },
    (line) => line?.includes('Viewer') === true,
  );
  await page.getByRole('button', { name: 'Remove editor@example.com' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('editor@example.com is removed.').waitFor();
  await joined.go('/');
  await joined.page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await joined.page.close();
});

it('withdraws an invitation: its link leads nowhere', async () => {
  const link = await invite('late@example.com');
  const { page } = owner;
  await page.getByRole('button', { name: 'Withdraw late@example.com' }).click();
  await page.getByText('The invitation is withdrawn.').waitFor();
  const late = await ConsolePage.open(await browser.newContext(), stack.url);
  await late.go(pathOf(link));
  await late.page.getByText('You were invited to join a team.').waitFor();
  await late.enter('late@example.com', 'Create account');
  await late.page.getByRole('alert').getByText('There is no such invitation').waitFor();
  await late.page.close();
});

it('decides for the team how long files stay, and that no places are kept', async () => {
  const { page } = owner;
  await owner.go('/team');
  await page.getByRole('button', { name: 'Edit team' }).click();
  await page.getByLabel('Name of the team').fill('Harbour');
  await page.getByLabel('Days that files stay').fill('30');
  await page.getByLabel('Remove from every upload where it was taken').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'Harbour' }).getByText('30 days').waitFor();
  await page.reload();
  await page.getByText('is removed').waitFor();
});

it('makes an API key that works, shows it once, and revokes it', async () => {
  const { page } = owner;
  await page.getByRole('link', { name: 'API keys' }).click();
  await page.getByText('No API keys yet').waitFor();
  await page.getByRole('button', { name: 'Make a key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What it is for').fill('website');
  await dialog.getByRole('checkbox', { name: /^Read/ }).uncheck();
  await dialog.getByRole('button', { name: 'Make a key' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByRole('checkbox', { name: /^Read/ }).check();
  await dialog.getByRole('button', { name: 'Make a key' }).click();
  await page.getByLabel('API key', { exact: true }).waitFor();
  // It is gone for good with its dialog: a click beside it closes nothing.
  await page.mouse.click(5, 5);
  const key = await page.getByLabel('API key', { exact: true }).inputValue();
  await page.getByRole('button', { name: 'Done' }).click();
  const used = () => ask(stack.url, 'GET', '/assets', undefined, { authorization: `Bearer ${key}` });
  expect((await used()).status).toBe(200);
  const line = page.getByRole('listitem').filter({ hasText: 'website' });
  await until(
    async () => {
      await page.reload();
      return line.textContent();
    },
    (text) => text?.includes('Last used') === true,
  );
  expect(await page.content()).not.toContain(key);
  await line.getByRole('button', { name: 'Revoke website' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('No API keys yet').waitFor();
  expect((await used()).status).toBe(401);
});
