import type { Browser } from 'playwright-core';
import { openBrowser } from '../../support/browser.js';
import { startStack, type Stack } from '../../support/stack.js';
import { ConsolePage } from './console-page.js';
import { photos } from './files.js';

jest.setTimeout(180_000);

let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});

/** A person with a browser of their own, and a name to be found by. */
async function person(name: string): Promise<ConsolePage> {
  const console_ = await ConsolePage.open(await browser.newContext(), stack.url);
  await console_.register(`${name}@example.com`);
  await console_.go('/account');
  const { page } = console_;
  await page.getByRole('button', { name: 'Edit profile' }).click();
  await page.getByLabel('User name').fill(name);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return console_;
}

it('one follows, the other posts a photo, and the first sees it come without reloading', async () => {
  const [ada, bob] = await Promise.all([person('ada'), person('bob')]);
  await bob.go('/people/ada');
  await bob.page.getByRole('button', { name: 'Follow', exact: true }).click();
  await bob.page.getByRole('button', { name: 'Following' }).waitFor();
  await bob.go('/feed');
  await bob.page.getByText('Nothing has been posted yet').waitFor();

  const [picture] = await photos();
  if (!picture) throw new Error('there are five');
  await ada.go('/');
  await ada.drop([picture]);
  await ada.untilReady([picture.name]);
  await ada.go('/feed');
  await ada.page.getByLabel('What is new?').fill('Morning by the harbour');
  await ada.page.getByRole('button', { name: 'Add media' }).click();
  await ada.page.getByRole('checkbox', { name: picture.name }).check();
  await ada.page.getByRole('button', { name: 'Add', exact: true }).click();
  await ada.page.getByRole('button', { name: 'Post', exact: true }).click();
  await ada.page.getByRole('article').getByText('Morning by the harbour').waitFor();

  await bob.page.getByRole('button', { name: '1 new post' }).click();
  const post = bob.page.getByRole('article');
  await post.getByText('Morning by the harbour').waitFor();
  await post.locator('.post-media img').waitFor();
  await post.getByRole('button', { name: 'Like' }).click();
  await post.getByRole('button', { name: 'Take the like back' }).waitFor();
  expect([...ada.complaints, ...bob.complaints]).toEqual([]);
});
