import { randomUUID } from 'node:crypto';
import { photo } from '../../support/photos.js';
import { signUp, type Account, type AssetBody } from '../../support/account.js';
import { startStack, type Stack } from '../../support/stack.js';

interface PageBody {
  items: AssetBody[];
  nextCursor: string | null;
  total?: number;
}

let stack: Stack;
let account: Account;
let stranger: Account;
let jpeg: Buffer;

beforeAll(async () => {
  stack = await startStack({ workers: 1 });
  [account, stranger, jpeg] = await Promise.all([signUp(stack.url), signUp(stack.url), photo(64, 48)]);
  const upload = (filename: string, about: object) => account.upload(jpeg, { filename, about: { ...about } });
  await upload('IMG_2024-beach.jpg', {
    resource: 'product',
    resourceId: '1',
    title: 'Sommer am Strand – Ärger',
    labels: { category: 'shoes', audience: ['editor', 'buyer'] },
  });
  await upload('b.jpg', {
    resource: 'product',
    resourceId: '1',
    description: 'red\nsneaker',
    labels: { category: 'hats' },
  });
  await upload('A.jpg', {
    resource: 'product',
    resourceId: 'x/y',
    visibility: 'public',
    labels: { 'a_b-c': "it's \\ 1" },
  });
  await upload('c.jpg', { resource: 'avatar', resourceId: '7' });
});
afterAll(() => stack.stop());

const list = async (query: string, who = account): Promise<PageBody> => {
  const { status, body } = await who.ask<PageBody>('GET', `/assets?${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
};
const names = async (query: string, who = account) => (await list(query, who)).items.map(({ filename }) => filename);

const e = encodeURIComponent;

it.each([
  ['resource=product', ['A.jpg', 'b.jpg', 'IMG_2024-beach.jpg']],
  ['resource=product&resourceId=1', ['b.jpg', 'IMG_2024-beach.jpg']],
  [`resource=product&resourceId=${e('x/y')}`, ['A.jpg']],
  ['label.category=shoes', ['IMG_2024-beach.jpg']],
  ['label.audience=buyer', ['IMG_2024-beach.jpg']],
  ['label.audience=buyer&label.audience=editor&label.category=shoes', ['IMG_2024-beach.jpg']],
  ['label.audience=buyer&label.category=hats', []],
  [`label.a_b-c=${e("it's \\ 1")}`, ['A.jpg']],
  ['label.category=shoe', []],
  ['visibility=private', ['c.jpg', 'b.jpg', 'IMG_2024-beach.jpg']],
  ['search=beach', ['IMG_2024-beach.jpg']],
  ['search=bea', ['IMG_2024-beach.jpg']],
  ['search=2024', ['IMG_2024-beach.jpg']],
  ['search=each', []],
  [`search=${e('arger STRAND')}`, ['IMG_2024-beach.jpg']],
  [`search=${e('strand sneaker')}`, []],
  ['search=sneak', ['b.jpg']],
  ['search=buyer', ['IMG_2024-beach.jpg']],
  [`search=${e("' & | ! :* <-> ( \\")}`, []],
  [`search=${e("strand:*|'")}`, ['IMG_2024-beach.jpg']],
  ['createdTo=2020-01-01T00:00:00Z', []],
  ['createdFrom=2020-01-01T00:00:00Z&sort=name', ['A.jpg', 'b.jpg', 'c.jpg', 'IMG_2024-beach.jpg']],
  ['sort=-name', ['IMG_2024-beach.jpg', 'c.jpg', 'b.jpg', 'A.jpg']],
  ['sort=createdAt', ['IMG_2024-beach.jpg', 'b.jpg', 'A.jpg', 'c.jpg']],
  [`owner=${randomUUID()}`, []],
  ['deleted=true', []],
])('lists %s', async (query, expected) => {
  expect(await names(query)).toEqual(expected);
});

it('says of those that were listed which still belong to the list', async () => {
  const { items } = await list('sort=name');
  const ids = items.map(({ id }) => id);
  const search = async (body: object, who = account) => (await who.ask<PageBody>('POST', '/assets/search', body)).body;
  expect((await search({ ids: ids.slice(0, 2), sort: 'name' })).items).toMatchObject([
    { filename: 'A.jpg' },
    { filename: 'b.jpg' },
  ]);
  expect((await search({ ids, labels: { category: 'hats' } })).items).toMatchObject([{ filename: 'b.jpg' }]);
  expect((await search({ ids }, stranger)).items).toEqual([]);
  expect((await search({ ids: [] })).items).toEqual([]);
  expect(await names(`ids=${ids[1]}`)).toEqual(['b.jpg']);
  for (const bad of [['x'], 'x', Array.from({ length: 201 }, () => ids[0])])
    expect(await search({ ids: bad })).toMatchObject({ code: 'VALIDATION_FAILED' });
});

it('lists by owner', async () => {
  const [first] = (await list('limit=1')).items;
  const me = await account.ask<{ id: string }>('GET', '/users/me');
  expect((first as AssetBody & { ownerId: string }).ownerId).toBe(me.body.id);
  expect(await names(`owner=${me.body.id}`)).toHaveLength(4);
});

it('shows a stranger what is public, and nothing else', async () => {
  expect(await names('', stranger)).toEqual([]);
  expect(await names('visibility=public', stranger)).toEqual(['A.jpg']);
  expect(await names('visibility=public&search=A&resource=product', stranger)).toEqual(['A.jpg']);
  expect(await names(`visibility=public&label.a_b-c=${e("it's \\ 1")}`, stranger)).toEqual(['A.jpg']);
  expect(await names('visibility=public&search=beach', stranger)).toEqual([]);
  expect(await names('visibility=public&own=true', stranger)).toEqual([]);
  expect(await names('visibility=public&own=true&search=A')).toEqual(['A.jpg']);
  for (const query of [
    'search=beach',
    'label.category=shoes',
    'resource=product',
    'visibility=private',
    'deleted=true',
  ])
    expect(await names(query, stranger)).toEqual([]);
  const ofThing = await stranger.ask<PageBody>('GET', '/assets/by-resource/product/1');
  expect(ofThing.body.items).toEqual([]);
});

it.each(['name', '-name', 'size', '-size', 'createdAt', '-createdAt'])(
  'pages by cursor, sorted by %s',
  async (sort) => {
    const whole = await names(`sort=${sort}`);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: PageBody = await list(`sort=${sort}&limit=1${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ filename }) => filename));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(whole);
  },
);

it('has page numbers for those who need them', async () => {
  const first = await list('page=1&pageSize=3&sort=name');
  const second = await list('page=2&pageSize=3&sort=name');
  expect(first).toMatchObject({ total: 4, page: 1, pageSize: 3 });
  expect([...first.items, ...second.items].map(({ filename }) => filename)).toEqual(await names('sort=name'));
  expect((await list('page=9')).items).toEqual([]);
  expect(await list('')).not.toHaveProperty('total');
});

it('takes the same filters in a body', async () => {
  const search = (body: unknown) => account.ask<PageBody>('POST', '/assets/search', body);
  const { status, body } = await search({ labels: { audience: ['editor', 'buyer'] }, sort: 'name', limit: 1 });
  expect([status, body.items.map(({ filename }) => filename)]).toEqual([200, ['IMG_2024-beach.jpg']]);
  expect((await search({ deleted: false, search: 'sneak' })).body.items).toHaveLength(1);
  expect((await search({ nonsense: 1 })).status).toBe(400);
});

it('lists the files of a thing by its address', async () => {
  const of = (resource: string, id: string) =>
    account.ask<PageBody>('GET', `/assets/by-resource/${resource}/${e(id)}?sort=name`);
  expect((await of('product', '1')).body.items.map(({ filename }) => filename)).toEqual([
    'b.jpg',
    'IMG_2024-beach.jpg',
  ]);
  expect((await of('product', 'x/y')).body.items).toHaveLength(1);
  expect((await of('../a', '1')).status).not.toBe(200);
});

it.each([
  ['sort=owner', '#/sort'],
  ['sort=deletedAt', '#/sort'],
  ['label.=x', '#/labels/'],
  ['label.a.b=x', '#/labels/a.b'],
  ['labels=x', '#/labels'],
  ['resourceId=1', '#/resource'],
  ['owner=me', '#/owner'],
  ['createdFrom=yesterday', '#/createdFrom'],
  ['page=1&cursor=abc', '#/page'],
  ['page=1000&pageSize=200', '#/page'],
  ['pageSize=0', '#/pageSize'],
  ['deleted=maybe', '#/deleted'],
  ['search=%20', '#/search'],
])('refuses %s', async (query, pointer) => {
  const { body } = await account.ask('GET', `/assets?${query}`);
  expect(body).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ pointer }] });
});

it('refuses a cursor of another list', async () => {
  const { nextCursor } = await list('limit=1&sort=name');
  for (const query of ['sort=-name', 'sort=size', '', 'sort=name&resource=product', 'sort=name&search=b'])
    expect((await account.ask('GET', `/assets?limit=1&cursor=${nextCursor}&${query}`)).body).toMatchObject({
      status: 400,
      code: 'INVALID_CURSOR',
    });
  expect(await names(`limit=1&sort=name&cursor=${nextCursor}`)).toEqual(['b.jpg']);
});
