import { ask, signIn, signUp, type Account } from '../../support/account.js';
import { hugePng } from '../../support/photos.js';
import type { Stack } from '../../support/stack.js';
import { PASSWORD, type ConsolePage } from './console-page.js';
import { film, photos } from './files.js';

export interface EveryPage {
  email: string;
  password: string;
  pages: AnyPage[];
}

/** A page of the console, or what one of its buttons opens. */
export interface AnyPage {
  /** Of a picture of it. */
  name: string;
  path: string;
  /** What is there when it is whole. */
  whole: string;
  /** Name of a button that opens a dialog on it. */
  opens?: string;
}

/** Goes there, and waits until it is whole. */
export async function visit(console_: ConsolePage, { path, whole, opens }: AnyPage): Promise<void> {
  await console_.go(path);
  await console_.page.locator(whole).first().waitFor();
  if (opens === undefined) return;
  await console_.page.getByRole('button', { name: opens, exact: true }).first().click();
  await console_.page.getByRole('dialog').waitFor();
}

/** Pages of those who are not signed in. */
export const ENTRY_PAGES: AnyPage[] = [
  { name: 'login', path: '/login', whole: 'form' },
  { name: 'register', path: '/register', whole: 'form' },
];

const CAPTIONS = 'WEBVTT\n\n00:01.000 --> 00:02.000\nGood morning\n';

/** Somebody to share the library with, somebody to follow, and a program. @returns the id of a post of theirs */
async function meet(stack: Stack, owner: Account): Promise<string> {
  await owner.ask('PATCH', '/users/me', { username: 'harbour', displayName: 'Harbour Office', isPrivate: true });
  const invite = (email: string) =>
    owner.ask<{ token: string }>('POST', '/tenant/invitations', { email, role: 'EDITOR' });
  const { token } = (await invite('grace@example.com')).body;
  await ask(stack.url, 'POST', '/auth/register', {
    email: 'grace@example.com',
    password: PASSWORD,
    invitationToken: token,
  });
  await invite('somebody.with.a.long.address@subdomain.example.com');
  await owner.ask('POST', '/api-keys', { name: 'website', scopes: ['read', 'upload'] });
  const [asker, friend] = [await known(stack, 'ada'), await known(stack, 'bob'), await known(stack, 'mallory')];
  await asker.ask('PUT', '/users/harbour/follow');
  await owner.ask('PUT', '/users/mallory/block');
  const { body } = await friend.ask<{ id: string }>('POST', '/posts', { text: 'Good morning, @harbour' });
  await owner.ask('PUT', '/users/bob/follow');
  return body.id;
}

async function known(stack: Stack, username: string): Promise<Account> {
  const account = await signUp(stack.url);
  await account.ask('PATCH', '/users/me', { username });
  return account;
}

/** An administrator with something on every page of the console. */
export async function furnish(stack: Stack): Promise<EveryPage> {
  const admin = await stack.admin();
  const owner: Account = await signIn(stack.url, admin.email, 'the admin of the tests');
  const files = [...(await photos()), await film(), { name: 'Broken.png', type: 'image/png', bytes: hugePng() }];
  const ids: string[] = [];
  for (const { name, type, bytes } of files) {
    const { assetId } = await owner.upload(bytes, { filename: name, contentType: type });
    await owner.settled(assetId);
    ids.push(assetId);
  }
  const [picture, removed, , , , video, broken] = ids;
  await owner.streamed(video ?? '');
  await owner.ask('DELETE', `/assets/${removed ?? ''}`);
  await owner.ask('POST', '/posts', { text: 'Morning by the harbour', assetIds: [picture, video] });
  await owner.ask('POST', `/assets/${video ?? ''}/captions`, { language: 'en', label: 'English', text: CAPTIONS });
  const post = await meet(stack, owner);
  const { body } = await admin.ask<{ items: { id: string }[] }>('GET', '/jobs?state=FAILED');
  const pages = [
    { name: 'library', path: '/', whole: '.tile img[data-shown=true]' },
    { name: 'library-filters', path: '/', whole: '.tile img[data-shown=true]', opens: 'More filters' },
    { name: 'nothing-found', path: '/?search=nothing-is-called-so', whole: '.empty' },
    { name: 'trash', path: '/trash', whole: '.tile' },
    { name: 'picture', path: `/assets/${picture ?? ''}`, whole: '.asset figure img' },
    { name: 'film', path: `/assets/${video ?? ''}`, whole: '.big-play' },
    { name: 'failed', path: `/assets/${broken ?? ''}`, whole: '.failure' },
    { name: 'not-found', path: '/assets/00000000-0000-7000-8000-000000000000', whole: '.empty' },
    { name: 'feed', path: '/feed', whole: '.post' },
    { name: 'post', path: `/posts/${post}`, whole: '.post' },
    { name: 'profile', path: '/people/bob', whole: '.post' },
    { name: 'profile-followers', path: '/people/bob', whole: '.post', opens: '1 follower' },
    { name: 'people', path: '/people', whole: '.lines .avatar' },
    { name: 'notifications', path: '/notifications', whole: '.news-list li' },
    { name: 'team', path: '/team', whole: '#invitations' },
    { name: 'team-invite', path: '/team', whole: '#invitations', opens: 'Invite' },
    { name: 'team-settings', path: '/team', whole: '#invitations', opens: 'Edit team' },
    { name: 'keys', path: '/keys', whole: '.lines li' },
    { name: 'keys-make', path: '/keys', whole: '.lines li', opens: 'Make a key' },
    { name: 'captions-add', path: `/assets/${video ?? ''}`, whole: '#captions', opens: 'Add captions' },
    { name: 'account', path: '/account', whole: '#devices' },
    { name: 'account-profile', path: '/account', whole: '#devices', opens: 'Edit profile' },
    { name: 'account-delete', path: '/account', whole: '#devices', opens: 'Delete account' },
    { name: 'queues', path: '/admin', whole: 'tbody tr' },
    { name: 'jobs', path: '/admin/jobs', whole: 'tbody tr' },
    { name: 'job', path: `/admin/jobs/${body.items[0]?.id ?? ''}`, whole: '.attempts li' },
    { name: 'tenants', path: '/admin/tenants', whole: '.usage' },
    { name: 'audit', path: '/admin/audit', whole: 'tbody tr' },
    { name: 'system', path: '/admin/system', whole: '#storage ~ .badge' },
  ];
  return { email: admin.email, password: 'the admin of the tests', pages };
}
