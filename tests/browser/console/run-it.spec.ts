import type { Browser } from 'playwright-core';
import { signUp, type Account } from '../../support/account.js';
import { openBrowser } from '../../support/browser.js';
import { photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { ConsolePage } from './console-page.js';

jest.setTimeout(180_000);

let stack: Stack;
let browser: Browser;
let admin: Account;
let console_: ConsolePage;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), openBrowser()]);
  admin = await stack.admin();
  console_ = await ConsolePage.open(browser, stack.url);
  await console_.signIn(admin.email, 'the admin of the tests');
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});
afterEach(() => expect(console_.complaints).toEqual([]));

it('an administrator pauses a queue, sees a job fail, retries it, and sees it pass', async () => {
  const { page } = console_;
  const user = await signUp(stack.url);
  await page.getByRole('link', { name: 'Queues' }).click();
  const queue = page.getByRole('row', { name: /process-asset/ });
  await queue.getByRole('button', { name: 'Pause' }).click();
  await queue.getByText('Paused').waitFor();
  const jpeg = await photo(320, 240);
  const { assetId, objectKey } = await user.upload(jpeg);
  // Somebody took the bytes away before their turn came.
  await stack.removeObject(objectKey);
  await queue.getByRole('button', { name: 'Resume' }).click();
  expect(await user.settled(assetId)).toMatchObject({ status: 'FAILED' });

  await page.getByRole('link', { name: 'Jobs' }).click();
  await page.getByLabel('State').selectOption('Failed');
  await page
    .getByRole('row', { name: /process-asset/ })
    .getByRole('link')
    .first()
    .click();
  await page.getByText('Attempt 1').waitFor();
  await stack.store.write(objectKey, jpeg, { contentType: 'image/jpeg', size: jpeg.length });
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.locator('.page-head').getByText('Completed').waitFor();
  expect(await user.settled(assetId)).toMatchObject({ status: 'READY' });

  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.getByRole('row', { name: /Job retried/ }).waitFor();
});

it('gives a tenant limits, suspends it and lets it in again', async () => {
  const { page } = console_;
  const user = await signUp(stack.url);
  await page.getByRole('link', { name: 'Tenants' }).click();
  await page.getByLabel('Search').fill(user.email.split('@')[0] ?? '');
  await page.keyboard.press('Enter');
  const tenant = page.getByRole('region', { name: user.email.split('@')[0] });
  await tenant.getByRole('button', { name: 'Limits' }).click();
  await page.getByLabel('Files').fill('12');
  await page.getByRole('button', { name: 'Save' }).click();
  await tenant.getByText('0 of 12').waitFor();
  await tenant.getByRole('button', { name: 'Suspend' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await tenant.getByText('Suspended').waitFor();
  expect((await user.ask('GET', '/assets')).status).toBe(403);
  await tenant.getByRole('button', { name: 'Let in again' }).click();
  await tenant.getByRole('button', { name: 'Suspend' }).waitFor();
  expect((await user.ask('GET', '/assets')).status).toBe(200);
});

it('hides administration from those whom the API would refuse', async () => {
  const other = await ConsolePage.open(await browser.newContext(), stack.url);
  await other.register('ada@example.com');
  expect(await other.page.getByRole('link', { name: 'Queues' }).count()).toBe(0);
  await other.go('/admin/jobs');
  await other.page.getByText('This could not be loaded').waitFor();
});
