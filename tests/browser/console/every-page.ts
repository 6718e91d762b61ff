import { signIn, signUp, type Account } from '../../support/account.js';
import { hugePng } from '../../support/photos.js';
import type { Stack } from '../../support/stack.js';
import { film, photos } from './files.js';

export interface EveryPage {
  email: string;
  password: string;
  /** Name of a picture of it, its path, and what is there when it is whole. */
  pages: { name: string; path: string; whole: string }[];
}

/** Pages of those who are not signed in. */
export const ENTRY_PAGES = [
  { name: 'login', path: '/login', whole: 'form' },
  { name: 'register', path: '/register', whole: 'form' },
];

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
  await signUp(stack.url);
  const { body } = await admin.ask<{ items: { id: string }[] }>('GET', '/jobs?state=FAILED');
  const pages = [
    { name: 'library', path: '/', whole: '.tile img[data-shown=true]' },
    { name: 'nothing-found', path: '/?search=nothing-is-called-so', whole: '.empty' },
    { name: 'trash', path: '/trash', whole: '.tile' },
    { name: 'picture', path: `/assets/${picture ?? ''}`, whole: '.asset figure img' },
    { name: 'film', path: `/assets/${video ?? ''}`, whole: '.big-play' },
    { name: 'failed', path: `/assets/${broken ?? ''}`, whole: '.failure' },
    { name: 'not-found', path: '/assets/00000000-0000-7000-8000-000000000000', whole: '.empty' },
    { name: 'feed', path: '/feed', whole: '.post' },
    { name: 'account', path: '/account', whole: '#devices' },
    { name: 'queues', path: '/admin', whole: 'tbody tr' },
    { name: 'jobs', path: '/admin/jobs', whole: 'tbody tr' },
    { name: 'job', path: `/admin/jobs/${body.items[0]?.id ?? ''}`, whole: '.attempts li' },
    { name: 'tenants', path: '/admin/tenants', whole: '.usage' },
    { name: 'audit', path: '/admin/audit', whole: 'tbody tr' },
    { name: 'system', path: '/admin/system', whole: '#storage' },
  ];
  return { email: admin.email, password: 'the admin of the tests', pages };
}
