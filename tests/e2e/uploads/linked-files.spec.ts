import { photo } from '../../support/photos.js';
import { signUp, type Account } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';

let stack: Stack;
let account: Account;
let jpeg: Buffer;

beforeAll(async () => {
  stack = await startStack();
  [account, jpeg] = await Promise.all([signUp(stack.url), photo(64, 48)]);
});
afterAll(() => stack.stop());

const ABOUT = {
  resource: 'product',
  resourceId: 'A/1 ü',
  title: 'Strand',
  description: 'Two lines\nof text',
  labels: { category: 'shoes', audience: ['editor', 'buyer'] },
  visibility: 'public',
  expiresAt: '2031-05-01T10:00:00+02:00',
};

it('carries from presign to asset what its uploader says of it', async () => {
  const { assetId, asset } = await account.upload(jpeg, { about: ABOUT });
  const told = { ...ABOUT, expiresAt: '2031-05-01T08:00:00.000Z', deletedAt: null, version: 1 };
  expect(asset).toMatchObject(told);
  expect((await account.ask('GET', `/assets/${assetId}`)).body).toMatchObject(told);
});

it('says so of an asset of which nothing was said', async () => {
  const { asset } = await account.upload(jpeg);
  expect(asset).toMatchObject({
    resource: null,
    resourceId: null,
    title: null,
    description: null,
    labels: {},
    visibility: 'private',
    expiresAt: null,
  });
});

it.each([
  [{ resource: 'product' }, '#/resourceId'],
  [{ resourceId: '1' }, '#/resourceId'],
  [{ resource: '../etc', resourceId: '1' }, '#/resource'],
  [{ resource: 'x'.repeat(65), resourceId: '1' }, '#/resource'],
  [{ resource: 'a', resourceId: '' }, '#/resourceId'],
  [{ resource: 'a', resourceId: 'y'.repeat(129) }, '#/resourceId'],
  [{ resource: 'a', resourceId: 'null\0' }, '#/resourceId'],
  [{ title: 'a\u202eb' }, '#/title'],
  [{ title: 'x'.repeat(201) }, '#/title'],
  [{ description: 'x'.repeat(5_001) }, '#/description'],
  [{ description: '\ud800' }, '#/description'],
  [{ labels: [] }, '#/labels'],
  [{ labels: { category: 7 } }, '#/labels/category'],
  [{ labels: { category: { deep: 'x' } } }, '#/labels/category'],
  [{ labels: { category: 'x'.repeat(201) } }, '#/labels/category'],
  [{ labels: { category: Array<string>(33).fill('x') } }, '#/labels/category'],
  [{ labels: { 'cat.egory': 'x' } }, '#/labels/cat.egory'],
  [{ labels: { 'a/b': 'x' } }, '#/labels/a~1b'],
  [{ labels: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`l${n}`, 'x'])) }, '#/labels'],
  [{ labels: { a: Array<string>(32).fill('x'.repeat(200)), b: Array<string>(32).fill('x'.repeat(200)) } }, '#/labels'],
  [{ visibility: 'secret' }, '#/visibility'],
  [{ expiresAt: '2001-01-01T00:00:00Z' }, '#/expiresAt'],
  [{ expiresAt: 'tomorrow' }, '#/expiresAt'],
])('refuses %j at %s', async (about, pointer) => {
  const request = { filename: 'a.jpg', contentType: 'image/jpeg', fileSize: 10, ...about };
  expect((await account.ask('POST', '/uploads/presign', request)).body).toMatchObject({
    status: 400,
    code: 'VALIDATION_FAILED',
    errors: expect.arrayContaining([expect.objectContaining({ pointer })]),
  });
});
