import type { Browser } from 'playwright-core';
import { openBrowser } from '../../support/browser.js';
import { startStack, type Stack } from '../../support/stack.js';
import { ConsolePage } from './console-page.js';
import { film, photos } from './files.js';

let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack({ env: { TRANSCODE_PRESET: 'ultrafast' } }), openBrowser()]);
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
  await bob.page.getByRole('button', { name: '1 follower' }).click();
  await bob.page.getByRole('dialog', { name: 'Followers' }).getByRole('link', { name: '@bob' }).click();
  await bob.page.getByRole('heading', { level: 1, name: 'bob' }).waitFor();
  expect(await bob.page.getByRole('dialog').count()).toBe(0);
  await bob.go('/feed');
  await bob.page.getByText('Nothing has been posted yet').waitFor();
  const asked: string[] = [];
  bob.page.on('request', (request) => asked.push(new URL(request.url()).pathname));

  const [picture] = await photos();
  if (!picture) throw new Error('there are five');
  await ada.go('/');
  await ada.drop([picture]);
  await ada.untilReady([picture.name]);
  await ada.go('/notifications');
  await ada.page.getByRole('link', { name: `${picture.name} is ready` }).waitFor();
  await ada.go('/feed');
  await ada.page.getByLabel('What is new?').fill('Morning by the harbour');
  await ada.page.getByRole('button', { name: 'Add media' }).click();
  await ada.page.getByRole('checkbox', { name: picture.name }).check();
  await ada.page.getByRole('button', { name: 'Add', exact: true }).click();
  await ada.page.getByRole('button', { name: 'Post', exact: true }).click();
  await ada.page.getByRole('article').getByText('Morning by the harbour').waitFor();

  const announced = bob.page.getByRole('button', { name: '1 new post' });
  await announced.waitFor();
  // The server told of it: nobody had to ask.
  expect(asked.filter((path) => path === '/timeline')).toEqual([]);
  await announced.click();
  const post = bob.page.getByRole('article');
  await post.getByText('Morning by the harbour').waitFor();
  await post.locator('.post-media img').waitFor();
  // Of another team, and private: shown here, since its own page is not for Bob.
  await post.getByRole('button', { name: 'Image by ada' }).click();
  const large = bob.page.getByRole('dialog', { name: 'Image by ada' });
  await large.locator('figure img').waitFor();
  await large.press('Escape');
  await post.getByRole('button', { name: 'Like' }).click();
  await post.getByRole('button', { name: 'Take the like back' }).waitFor();
  expect([...ada.complaints, ...bob.complaints]).toEqual([]);
});

it('a film of a post plays for those who see the post; words, tags and names lead to it; its author mends and deletes it', async () => {
  const [fay, gus] = await Promise.all([person('fay'), person('gus')]);
  const asset = await film();
  await fay.go('/');
  await fay.drop([asset]);
  await fay.untilReady([asset.name]);
  await fay.go('/feed');
  const { page } = fay;
  await page.getByLabel('What is new?').fill(`${'a'.repeat(400)}b`);
  await page.getByText('1 character too long').waitFor();
  expect(await page.getByRole('button', { name: 'Post', exact: true }).isDisabled()).toBe(true);
  await page.getByLabel('What is new?').fill('A walk by the #harbour with @gus');
  await page.getByRole('button', { name: 'Add media' }).click();
  await page.getByRole('checkbox', { name: asset.name }).check();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await page.getByRole('article').getByRole('link', { name: '#harbour' }).waitFor();

  await gus.page.getByRole('link', { name: 'Feed' }).click();
  const draft = gus.page.getByLabel('What is new?');
  await draft.fill('Half a thought');
  await gus.page.getByLabel('Search posts and people').fill('walk');
  await gus.page.keyboard.press('Enter');
  const found = gus.page.getByRole('article');
  await found.getByRole('button', { name: 'Video by fay' }).click();
  await gus.play();
  await gus.page.getByRole('dialog').press('Escape');
  await found.getByRole('link', { name: '#harbour' }).click();
  await found.getByText('A walk by the').waitFor();
  expect(await gus.page.getByLabel('Search posts and people').inputValue()).toBe('#harbour');
  await gus.page.getByLabel('Search posts and people').fill('');
  await draft.waitFor();
  expect(await draft.inputValue()).toBe('Half a thought');
  expect(await gus.page.locator('input[name=q]:focus').count()).toBe(1);
  await gus.page.getByLabel('Search posts and people').fill('fay');
  await gus.page.keyboard.press('Enter');
  await gus.page.getByRole('region', { name: 'People' }).getByRole('link', { name: 'fay' }).click();
  await gus.page.getByRole('article').getByRole('link', { name: '@gus' }).waitFor();
  expect(await gus.page.title()).toBe('fay · Media Inbox');

  await page.getByRole('button', { name: 'Edit this post' }).click();
  await page.getByLabel('Text').fill('A long walk');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('article').getByText('A long walk').waitFor();
  await page.getByRole('button', { name: 'Delete this post' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('Nothing has been posted yet').waitFor();
  expect([...fay.complaints, ...gus.complaints]).toEqual([]);
});

it('a private profile is asked, hears of it at once and lets in; a like is told; who is blocked is gone', async () => {
  const [eve, joe] = await Promise.all([person('eve'), person('joe')]);
  await eve.go('/account');
  await eve.page.getByRole('button', { name: 'Edit profile' }).click();
  await eve.page.getByLabel(/^Private/).check();
  await eve.page.getByRole('button', { name: 'Save' }).click();
  await eve.page.getByRole('dialog').waitFor({ state: 'detached' });

  await joe.go('/people/eve');
  await joe.page.getByRole('button', { name: 'Follow', exact: true }).click();
  await eve.page.getByRole('link', { name: 'Notifications 1 unread' }).click();
  await eve.page.getByRole('link', { name: 'joe wants to follow you' }).click();
  await eve.page.getByRole('button', { name: 'Accept' }).click();
  await eve.page.getByText('No requests at the moment.').waitFor();
  await eve.page.getByRole('link', { name: 'Notifications', exact: true }).waitFor();
  await joe.page.getByRole('link', { name: 'Notifications 1 unread' }).click();
  await joe.page.getByText('eve accepted your request to follow').waitFor();

  await joe.go('/feed');
  await joe.page.getByLabel('What is new?').fill('Hello');
  await joe.page.getByRole('button', { name: 'Post', exact: true }).click();
  await eve.go('/people/joe');
  await eve.page.getByRole('button', { name: 'Like' }).click();
  await joe.go('/notifications');
  await joe.page.getByRole('link', { name: 'eve likes your post' }).click();
  await joe.page.getByRole('article').getByText('Hello').waitFor();
  await joe.go('/notifications');
  await joe.page.getByRole('button', { name: 'Mark all as read' }).click();
  await joe.page.getByRole('link', { name: 'Notifications', exact: true }).waitFor();
  await joe.page.getByRole('radio', { name: 'Unread' }).click();
  await joe.page.getByText('Nothing new').waitFor();

  await eve.go('/people/joe');
  await eve.page.getByRole('button', { name: 'Block' }).click();
  await eve.page.getByRole('button', { name: 'Unblock' }).waitFor();
  await joe.go('/people/eve');
  await joe.page.getByText('There is nothing here').waitFor();
  await eve.go('/people');
  await eve.page.getByRole('button', { name: 'Unblock' }).click();
  await eve.page.getByText('You have blocked nobody.').waitFor();
  expect([...eve.complaints, ...joe.complaints]).toEqual([]);
});
