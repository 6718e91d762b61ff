import { ask, signUp, type Account, type AssetBody, type Declared } from '../../support/account.js';
import { withRows } from '../../support/film.js';
import { photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

const HOUR_MS = 3_600_000;

let stack: Stack;
let account: Account;
let stranger: Account;
let jpeg: Buffer;

beforeAll(async () => {
  stack = await startStack({ env: { RECONCILE_INTERVAL_SECONDS: '1' } });
  [account, stranger, jpeg] = await Promise.all([signUp(stack.url), signUp(stack.url), photo(64, 48)]);
});
afterAll(() => stack.stop());

const get = (id: string, who = account) => who.ask<AssetBody>('GET', `/assets/${id}`);
const inTrash = async (who = account) =>
  (await who.ask<{ items: AssetBody[] }>('GET', '/assets?deleted=true')).body.items.map(({ id }) => id);
const led = (id: string, rest = '') => fetch(`${stack.url}/public/${id}${rest}`, { redirect: 'manual' });

it('tells the bytes of all that was made of it', async () => {
  const { assetId } = await account.upload(jpeg);
  const { renditions } = await account.settled(assetId);
  expect(renditions.map(({ kind }) => kind)).toEqual(['preview', 'thumbnail']);
  for (const { size, url, mimeType } of renditions) {
    const answer = await fetch(url);
    expect([(await answer.arrayBuffer()).byteLength, answer.headers.get('content-type')]).toEqual([size, mimeType]);
  }
});

describe('an edit', () => {
  it('changes what it names, for one who has seen the latest', async () => {
    const { assetId } = await account.upload(jpeg, { about: { title: 'Old', labels: { a: 'b' } } });
    const seen = await get(assetId);
    const etag = seen.headers.get('etag') ?? '';
    const edit = (body: object, ifMatch = etag, who = account) =>
      who.ask<AssetBody>('PATCH', `/assets/${assetId}`, body, { 'if-match': ifMatch });
    const edited = await edit({ title: 'New', description: null, labels: { c: ['d'] }, filename: 'new.jpg' });
    expect([edited.status, edited.body]).toMatchObject([
      200,
      { title: 'New', description: null, labels: { c: ['d'] }, filename: 'new.jpg', resource: null },
    ]);
    expect(edited.headers.get('etag')).not.toBe(etag);
    expect((await edit({ title: 'Late' })).body).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
    expect((await edit({ title: 'Any' }, '*')).status).toBe(200);
    expect((await edit({ title: 'x' }, '*', stranger)).body).toMatchObject({ code: 'ASSET_NOT_FOUND' });
    expect((await account.ask('PATCH', `/assets/${assetId}`, { title: 'x' })).body).toMatchObject({
      status: 428,
      code: 'PRECONDITION_REQUIRED',
    });
    for (const bad of [{}, { status: 'READY' }, { title: '' }, { resource: 'a' }, { resource: null, resourceId: '1' }])
      expect((await edit(bad, '*')).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect((await account.ask<{ items: AssetBody[] }>('GET', '/assets?search=any')).body.items).toHaveLength(1);
    expect((await account.ask<{ items: AssetBody[] }>('GET', '/assets?search=old')).body.items).toHaveLength(0);
  });

  it('of ten at once, one is of what was seen', async () => {
    const { assetId } = await account.upload(jpeg);
    const headers = { 'if-match': (await get(assetId)).headers.get('etag') ?? '' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => account.ask('PATCH', `/assets/${assetId}`, { title: `${n}` }, headers)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(412)]);
  });

  it('does not make two files of a name at one thing', async () => {
    const thing = { resource: 'page', resourceId: '1' };
    await account.upload(jpeg, { filename: 'one.jpg', about: thing });
    const { assetId } = await account.upload(jpeg, { filename: 'two.jpg', about: thing });
    const answer = await account.ask('PATCH', `/assets/${assetId}`, { filename: 'one.jpg' }, { 'if-match': '*' });
    expect(answer.body).toMatchObject({ status: 409, code: 'ASSET_NAME_TAKEN' });
  });
});

describe('a deleted asset', () => {
  it('is in the trash and nowhere else, until it is restored', async () => {
    const { assetId } = await account.upload(jpeg);
    const before = await account.settled(assetId);
    expect((await account.ask('DELETE', `/assets/${assetId}`)).status).toBe(204);
    expect((await account.ask('DELETE', `/assets/${assetId}`)).status).toBe(404);
    expect((await get(assetId)).status).toBe(404);
    expect((await account.ask('PATCH', `/assets/${assetId}`, { title: 'x' }, { 'if-match': '*' })).status).toBe(404);
    expect(await inTrash()).toContain(assetId);
    expect(await inTrash(stranger)).toEqual([]);
    expect((await stranger.ask('POST', `/assets/${assetId}/restore`)).status).toBe(404);
    const restored = await account.ask<AssetBody>('POST', `/assets/${assetId}/restore`);
    expect([restored.status, restored.body.deletedAt, restored.body.status]).toEqual([200, null, 'READY']);
    expect((await account.ask('POST', `/assets/${assetId}/restore`)).status).toBe(200);
    expect(await inTrash()).not.toContain(assetId);
    expect((await get(assetId)).body).toMatchObject({ width: before.width });
    expect((await fetch((await get(assetId)).body.downloadUrl)).status).toBe(200);
  });

  it('can be removed for good from the trash', async () => {
    const someone = await signUp(stack.url);
    const { assetId, objectKey } = await someone.upload(jpeg);
    await someone.settled(assetId);
    await someone.ask('DELETE', `/assets/${assetId}`);
    expect((await stranger.ask('DELETE', `/assets/${assetId}?permanent=true`)).status).toBe(404);
    expect((await someone.ask('DELETE', `/assets/${assetId}?permanent=true`)).status).toBe(204);
    expect((await someone.ask('DELETE', `/assets/${assetId}?permanent=true`)).status).toBe(404);
    expect((await someone.ask('POST', `/assets/${assetId}/restore`)).status).toBe(404);
    const [tenant = ''] = objectKey.split('/');
    await until(
      () => stack.objects(tenant),
      (keys) => keys.length === 0,
    );
  });

  it('cannot come back where another one has its name', async () => {
    const declared = { filename: 'same.jpg', about: { resource: 'page', resourceId: '2' } };
    const { assetId } = await account.upload(jpeg, declared);
    await account.ask('DELETE', `/assets/${assetId}`);
    const second = await account.upload(jpeg, declared);
    expect(second.assetId).not.toBe(assetId);
    expect((await account.ask('POST', `/assets/${assetId}/restore`)).body).toMatchObject({ code: 'ASSET_NAME_TAKEN' });
  });
});

it('puts all files of a thing into the trash, and no others', async () => {
  const about = { resource: 'album', resourceId: '9' };
  for (const filename of ['a.jpg', 'b.jpg']) await account.upload(jpeg, { filename, about });
  const other = await account.upload(jpeg, { about: { resource: 'album', resourceId: '10' } });
  const foreign = await stranger.upload(jpeg, { about });
  const remove = () => account.ask('DELETE', '/assets/by-resource/album/9');
  expect((await remove()).body).toEqual({ deleted: 2 });
  expect((await remove()).body).toEqual({ deleted: 0 });
  expect((await get(other.assetId)).status).toBe(200);
  expect((await get(foreign.assetId, stranger)).status).toBe(200);
});

describe('many assets at once', () => {
  interface Outcome {
    done: string[];
    failed: { id: string; status: number; code: string }[];
  }
  const NOBODYS = '00000000-0000-7000-8000-000000000000';
  const many = (act: string, ids: string[], more: object = {}, who = account) =>
    who.ask<Outcome>('POST', `/assets/${act}`, { ids, ...more });
  const upload = async (declared: Declared = {}, who = account) => (await who.upload(jpeg, declared)).assetId;
  const logged = async (id: string, action: string) =>
    (await stack.sql('SELECT 1 FROM audit_logs WHERE subject_id = $1 AND action = $2', [id, action])).length;
  const told = async (id: string, type: string) =>
    (await stack.sql('SELECT 1 FROM events WHERE subject_id = $1 AND type = $2', [id, type])).length;

  it('are deleted, restored and removed for good; of each it is told what became of it', async () => {
    const [one, two, theirs] = [await upload(), await upload(), await upload({}, stranger)];
    const gone = { status: 404, code: 'ASSET_NOT_FOUND' };
    const nobodys = [
      { id: theirs, ...gone },
      { id: NOBODYS, ...gone },
    ];
    const asked = [one, two.toUpperCase(), two, theirs, NOBODYS];
    for (const [act, more, action] of [
      ['delete', {}, 'asset.deleted'],
      ['restore', {}, 'asset.restored'],
      ['delete', { permanent: true }, 'asset.purged'],
    ] as const) {
      const { status, body } = await many(act, asked, more);
      expect([act, status, body.done.sort(), body.failed]).toMatchObject([act, 207, [one, two].sort(), nobodys]);
      for (const id of [one, two]) expect([act, await logged(id, action), await told(id, action)]).toEqual([act, 1, 1]);
    }
    expect((await many('restore', [one])).body).toMatchObject({ done: [], failed: [{ id: one, ...gone }] });
    expect((await get(theirs, stranger)).body).toMatchObject({ deletedAt: null, labels: {} });
    expect([await logged(theirs, 'asset.deleted'), await told(theirs, 'asset.purged')]).toEqual([0, 0]);
  });

  it('are answered with 200 when all were done', async () => {
    const ids = [await upload(), await upload()];
    expect(await many('delete', ids)).toMatchObject({ status: 200, body: { failed: [] } });
    expect(await many('restore', ids)).toMatchObject({ status: 200, body: { failed: [] } });
    expect(await many('label', ids, { labels: { a: 'b' } })).toMatchObject({ status: 200, body: { failed: [] } });
    for (const id of ids) expect((await get(id)).body).toMatchObject({ deletedAt: null, labels: { a: 'b' } });
  });

  it('removed for good by two at once are removed once', async () => {
    const ids = [await upload(), await upload(), await upload()];
    const answers = await Promise.all([ids, [...ids].reverse()].map((of) => many('delete', of, { permanent: true })));
    expect(answers.flatMap(({ body }) => body.done).sort()).toEqual([...ids].sort());
    for (const id of ids) expect(await logged(id, 'asset.purged')).toBe(1);
  });

  it('come back but for those whose name is taken', async () => {
    const declared = { filename: 'taken.jpg', about: { resource: 'page', resourceId: 'many' } };
    const [taken, free] = [await upload(declared), await upload()];
    await many('delete', [taken, free]);
    await upload(declared);
    const { status, body } = await many('restore', [taken, free]);
    expect([status, body]).toMatchObject([
      207,
      { done: [free], failed: [{ id: taken, status: 409, code: 'ASSET_NAME_TAKEN' }] },
    ]);
    expect(await inTrash()).toContain(taken);
  });

  it('get a label beside those that they have, and no more than an asset may have', async () => {
    const full = Object.fromEntries(Array.from({ length: 32 }, (_, n) => [`l${n}`, 'x']));
    const [some, most] = [
      await upload({ about: { labels: { category: 'shoes', size: '38' } } }),
      await upload({ about: { labels: full } }),
    ];
    const etag = (await get(some)).headers.get('etag');
    const { status, body } = await many('label', [some, most, NOBODYS], { labels: { category: ['a', 'b'] } });
    expect([status, body]).toMatchObject([
      207,
      {
        done: [some],
        failed: [
          { id: most, code: 'VALIDATION_FAILED' },
          { id: NOBODYS, code: 'ASSET_NOT_FOUND' },
        ],
      },
    ]);
    const changed = await get(some);
    expect(changed.body.labels).toEqual({ category: ['a', 'b'], size: '38' });
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect(await told(some, 'asset.updated')).toBe(1);
    expect((await get(most)).body.labels).toEqual(full);
    const long = Array.from({ length: 30 }, () => 'x'.repeat(200));
    expect((await many('label', [most], { labels: { l0: long } })).status).toBe(200);
    expect((await many('label', [most], { labels: { l1: long } })).body).toMatchObject({
      failed: [{ id: most, code: 'VALIDATION_FAILED' }],
    });
    // One of the same name takes no room.
    expect((await many('label', [most], { labels: { l0: 'y' } })).status).toBe(200);
    expect((await account.ask<{ items: AssetBody[] }>('GET', '/assets?label.l0=y')).body.items).toHaveLength(1);
  });

  it('are named by ids, one to 200 of them', async () => {
    const ids = Array.from({ length: 201 }, () => NOBODYS);
    for (const [act, body] of [
      ['delete', { ids: [] }],
      ['delete', { ids }],
      ['delete', {}],
      ['delete', { ids: ['x'] }],
      ['delete', { ids: [NOBODYS], permanent: 'true' }],
      ['restore', { ids: [NOBODYS], permanent: true }],
      ['label', { ids: [NOBODYS] }],
      ['label', { ids: [NOBODYS], labels: {} }],
      ['label', { ids: [NOBODYS], labels: { 'not a name': 'x' } }],
    ] as const) {
      const answer = await account.ask('POST', `/assets/${act}`, body);
      expect([act, body, answer.body]).toMatchObject([act, body, { status: 400, code: 'VALIDATION_FAILED' }]);
    }
    expect((await many('delete', ids.slice(1))).body.failed).toHaveLength(1);
  });
});

describe('a public asset', () => {
  it('can be read by everybody, until it is made private', async () => {
    const { assetId } = await account.upload(jpeg, { about: { visibility: 'public' } });
    const { publicUrl } = (await account.settled(assetId)) as AssetBody & { publicUrl: string };
    expect(publicUrl).toBe(`${stack.url}/public/${assetId}`);
    expect(Buffer.from(await (await fetch(publicUrl)).arrayBuffer()).equals(jpeg)).toBe(true);
    const served = await fetch(publicUrl);
    expect(served.headers.get('content-disposition')).toMatch(/^attachment;/);
    expect(served.headers.get('x-content-type-options')).toBe('nosniff');
    expect(served.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
    const thumbnail = await fetch(`${publicUrl}/thumbnail`);
    expect(thumbnail.headers.get('content-type')).toBe('image/webp');
    expect(thumbnail.headers.get('content-disposition')).toMatch(/^inline;/);
    expect((await led(assetId, '/nothing')).status).toBe(404);
    const answer = await led(assetId);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([302, 'no-cache']);
    expect((await get(assetId, stranger)).status).toBe(200);
    for (const [method, path] of [
      ['PATCH', ''],
      ['DELETE', ''],
      ['DELETE', '?permanent=true'],
      ['POST', '/restore'],
    ] as const) {
      const body = method === 'PATCH' ? { title: 'mine' } : undefined;
      const tried = await stranger.ask(method, `/assets/${assetId}${path}`, body, { 'if-match': '*' });
      expect([method, tried.status]).toEqual([method, 404]);
    }
    await account.ask('PATCH', `/assets/${assetId}`, { visibility: 'private' }, { 'if-match': '*' });
    expect((await led(assetId)).status).toBe(404);
    expect((await get(assetId, stranger)).status).toBe(404);
  });

  it('is gone from its address the moment it is deleted', async () => {
    const { assetId } = await account.upload(jpeg, { about: { visibility: 'public' } });
    expect((await led(assetId)).status).toBe(302);
    await account.ask('DELETE', `/assets/${assetId}`);
    expect((await led(assetId)).status).toBe(404);
  });

  it('is not what a private one is, nor what is none', async () => {
    const { assetId } = await account.upload(jpeg);
    for (const id of [assetId, 'nonsense', '00000000-0000-7000-8000-000000000000'])
      expect((await ask(stack.url, 'GET', `/public/${id}`)).body).toMatchObject({ code: 'ASSET_NOT_FOUND' });
  });
});

describe('how long a file stays', () => {
  const HOUR = 3_600;

  it('is what the tenant has chosen, where its uploader says nothing of it', async () => {
    const someone = await signUp(stack.url);
    const change = (defaultExpirySeconds: unknown) => someone.ask('PATCH', '/tenant', { defaultExpirySeconds });
    const stays = async (about: object = {}): Promise<string | null> =>
      (await someone.upload(jpeg, { about: { ...about } })).asset.expiresAt;
    expect(await stays()).toBeNull();
    expect((await change(HOUR)).body).toMatchObject({ defaultExpirySeconds: HOUR });
    const before = Date.now();
    const at = Date.parse((await stays()) ?? '');
    expect(at).toBeGreaterThanOrEqual(before + HOUR * 1000);
    expect(at).toBeLessThanOrEqual(Date.now() + HOUR * 1000);
    expect(await stays({ expiresAt: null })).toBeNull();
    const chosen = new Date(Date.now() + 7 * HOUR * 1000).toISOString();
    expect(await stays({ expiresAt: chosen })).toBe(chosen);
    expect((await change(null)).body).toMatchObject({ defaultExpirySeconds: null });
    expect(await stays()).toBeNull();
  });

  it.each([[0], [59], [-1], [1.5], ['3600'], [1e12], [{}]])('is not %p', async (defaultExpirySeconds) => {
    const someone = await signUp(stack.url);
    const answer = await someone.ask('PATCH', '/tenant', { defaultExpirySeconds });
    expect(answer.body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });
});

it('what has been in the trash for 30 days is removed, and nothing that was deleted later', async () => {
  const someone = await signUp(stack.url);
  const [old, young] = [await someone.upload(jpeg), await someone.upload(jpeg)];
  for (const { assetId } of [old, young]) {
    await someone.settled(assetId);
    await someone.ask('DELETE', `/assets/${assetId}`);
  }
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
  await withRows(stack, async ({ client }) => {
    await client.asset.update({ where: { id: young.assetId }, data: { deletedAt: ago(29.9) } });
    await client.asset.update({ where: { id: old.assetId }, data: { deletedAt: ago(30.1) } });
  });
  const [tenant = ''] = old.objectKey.split('/');
  const keys = await until(
    () => stack.objects(tenant),
    (found) => found.every((key) => !key.includes(old.assetId)),
  );
  expect(keys).toContain(young.objectKey);
  expect((await someone.ask('POST', `/assets/${old.assetId}/restore`)).status).toBe(404);
  expect((await someone.ask('POST', `/assets/${young.assetId}/restore`)).status).toBe(200);
});

it('an expired asset is gone from everywhere, and its bytes follow', async () => {
  const someone = await signUp(stack.url);
  const about = { visibility: 'public', expiresAt: new Date(Date.now() + HOUR_MS).toISOString() };
  const { assetId, objectKey } = await someone.upload(jpeg, { about });
  const { downloadUrl, expiresAt } = await someone.settled(assetId);
  expect(expiresAt).toBe(about.expiresAt);
  const end = Date.now() + 2_000;
  await stack.sql('UPDATE assets SET expires_at = $2 WHERE id = $1', [assetId, new Date(end)]);
  await until(
    () => get(assetId, someone),
    ({ status }) => status === 404,
  );
  expect(Date.now()).toBeGreaterThanOrEqual(end);
  expect((await led(assetId)).status).toBe(404);
  expect((await someone.ask<{ items: [] }>('GET', '/assets')).body.items).toEqual([]);
  expect(
    (await stranger.ask<{ items: AssetBody[] }>('GET', '/assets?visibility=public')).body.items,
  ).not.toContainEqual(expect.objectContaining({ id: assetId }));
  await until(
    async () => (await fetch(downloadUrl)).status,
    (status) => status >= 400,
  );
  const [tenant = ''] = objectKey.split('/');
  await until(
    () => stack.objects(tenant),
    (keys) => keys.length === 0,
  );
});
