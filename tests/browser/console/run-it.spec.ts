import type { Browser } from 'playwright-core';
import { signUp, type Account } from '../../support/account.js';
import { openBrowser } from '../../support/browser.js';
import { hugePng, photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { ConsolePage } from './console-page.js';

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
  const queue = page.getByRole('row', { name: /^Process a file/ });
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
    .getByRole('row', { name: /^Process a file/ })
    .getByRole('link')
    .first()
    .click();
  await page.getByText('Attempt 1').waitFor();
  // By name, and without a link: it is another team's.
  await page.getByText('photo.jpg').waitFor();
  expect(await page.getByRole('link', { name: 'photo.jpg' }).count()).toBe(0);
  await stack.store.write(objectKey, jpeg, { contentType: 'image/jpeg', size: jpeg.length });
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.locator('.page-head').getByText('Completed').waitFor();
  expect(await user.settled(assetId)).toMatchObject({ status: 'READY' });

  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.getByRole('row', { name: /Job retried/ }).waitFor();
});

it('retries all that failed of one tenant, after asking, and leaves those of another alone', async () => {
  const { page } = console_;
  const [one, other] = await Promise.all([signUp(stack.url), signUp(stack.url)]);
  const failed = await Promise.all(
    [one, other].map(async (user) => {
      const { assetId } = await user.upload(hugePng(), { filename: 'huge.png', contentType: 'image/png' });
      await user.settled(assetId);
      const { body } = await admin.ask<{ items: { id: string; tenantId: string }[] }>(
        'GET',
        `/jobs?assetId=${assetId}`,
      );
      return body.items[0] ?? { id: '', tenantId: '' };
    }),
  );
  const [ofOne, ofOther] = failed;
  await console_.go(`/admin/jobs?state=FAILED&tenantId=${ofOne?.tenantId ?? ''}`);
  await page.getByRole('button', { name: 'Retry all of these' }).click();
  const dialog = page.getByRole('dialog', { name: 'Retry 1 failed job?' });
  await dialog.getByRole('button', { name: 'Retry' }).click();
  await page.getByText('1 job started again').waitFor();
  const attemptsOf = async (id = ''): Promise<number> =>
    (await admin.ask<{ attempts: unknown[] }>('GET', `/jobs/${id}`)).body.attempts.length;
  await until(
    () => attemptsOf(ofOne?.id),
    (attempts) => attempts === 2,
  );
  expect(await attemptsOf(ofOther?.id)).toBe(1);
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

it('says that there is no answer, and that what it shows is old, for as long as the server is away', async () => {
  const { page } = console_;
  const away = /\/(health\/ready|jobs\/stats)$/;
  for (const [link, shown] of [
    ['System', 'Everything works'],
    ['Queues', 'Updated every two seconds.'],
  ] as const) {
    await page.getByRole('link', { name: link }).click();
    await page.getByText(shown).waitFor();
    await page.route(away, (route) => route.abort());
    await page.getByText(/^What you see is of/).waitFor();
    expect(await page.getByText('Everything works').count()).toBe(0);
    await page.unroute(away);
    await page.getByText(/^What you see is of/).waitFor({ state: 'detached' });
    await page.getByText(shown).waitFor();
  }
});

it('hides administration from those whom the API would refuse', async () => {
  const other = await ConsolePage.open(await browser.newContext(), stack.url);
  await other.register('ada@example.com');
  expect(await other.page.getByRole('link', { name: 'Queues' }).count()).toBe(0);
  await other.go('/admin/jobs');
  await other.page.getByText('You may not see this').waitFor();
});
