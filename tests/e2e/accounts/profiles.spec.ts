import { ask, signIn, signUp, type Account } from '../../support/account.js';
import { newMember, whoIs, withKey } from '../../support/members.js';
import { somebody } from '../../support/people.js';
import { photo, zip } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const PASSWORD = 'correct horse';

describe('PATCH /users/me', () => {
  it('changes what is said of the account, for others to see, whatever their tenant', async () => {
    const [ada, other] = [await somebody(stack.url, 'ada'), await signUp(stack.url)];
    const change = {
      username: `countess.${ada.username.slice(-8)}`,
      displayName: ' Ada Lovelace ',
      bio: 'Notes\non G',
    };
    expect(await ada.does('PATCH', '/users/me', change)).toMatchObject({
      username: change.username,
      displayName: 'Ada Lovelace',
      bio: 'Notes\non G',
    });
    for (const name of [change.username, change.username.toUpperCase(), ada.id]) {
      const { body } = await other.ask('GET', `/users/${name}`);
      expect(body).toMatchObject({
        id: ada.id,
        username: change.username,
        displayName: 'Ada Lovelace',
        followers: 0,
        posts: 0,
        you: { follow: 'no', areFollowed: false, block: false },
      });
      expect(JSON.stringify(body)).not.toContain(ada.email);
    }
    expect((await other.ask('GET', `/users/${ada.username}`)).body).toMatchObject({ code: 'USER_NOT_FOUND' });
    expect(await ada.does('PATCH', '/users/me', { bio: null, displayName: null })).toMatchObject({
      bio: null,
      displayName: null,
    });
  });

  it('refuses what cannot be, and names that are taken, also of two at once', async () => {
    const [ada, bob] = [await somebody(stack.url), await somebody(stack.url)];
    for (const bad of [
      {},
      undefined,
      { password: PASSWORD },
      { username: 'me' },
      { username: 'no spaces' },
      { displayName: '' },
      { displayName: 'x'.repeat(101) },
      { displayName: 'a\u202eb' },
      { bio: 'x'.repeat(501) },
      { email: 'new@example.com' },
      { email: 'no address', password: PASSWORD },
      { role: 'ADMIN' },
      { isPrivate: 'yes' },
    ])
      expect((await ada.ask('PATCH', '/users/me', bad)).body).toMatchObject({ code: 'VALIDATION_FAILED' });
    expect((await ada.ask('PATCH', '/users/me', { username: bob.username })).body).toMatchObject({
      code: 'USERNAME_TAKEN',
    });
    const wanted = { username: `wanted-${ada.username.slice(-8)}` };
    const both = await Promise.all([ada, bob].map((one) => one.ask('PATCH', '/users/me', wanted)));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('asks for the password before it changes the e-mail, and tells the account', async () => {
    const ada = await somebody(stack.url);
    const email = `new-${ada.email}`;
    expect((await ada.ask('PATCH', '/users/me', { email, password: 'wrong' })).body).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    });
    await ada.does('PATCH', '/users/me', { email, password: PASSWORD });
    await expect(signIn(stack.url, ada.email, PASSWORD)).rejects.toThrow('401');
    expect(await whoIs(await signIn(stack.url, email, PASSWORD))).toMatchObject({ id: ada.id });
    const { items } = await ada.does('GET', '/notifications');
    expect(items).toMatchObject([{ kind: 'email.changed', payload: { email } }]);
    const other = await somebody(stack.url);
    expect((await other.ask('PATCH', '/users/me', { email, password: PASSWORD })).body).toMatchObject({
      code: 'EMAIL_TAKEN',
    });
  });

  it('is no program’s business', async () => {
    const program = await withKey(await signUp(stack.url), ['admin']);
    expect((await program.ask('PATCH', '/users/me', { bio: 'x' })).body).toMatchObject({ code: 'INSUFFICIENT_SCOPE' });
  });
});

describe('PUT /users/me/password', () => {
  it('signs every other device out, at once', async () => {
    const here = await somebody(stack.url);
    const there = await signIn(stack.url, here.email, PASSWORD);
    const change = { password: PASSWORD, newPassword: 'battery staple' };
    expect((await here.ask('PUT', '/users/me/password', { ...change, password: 'wrong' })).status).toBe(401);
    expect((await there.ask('GET', '/users/me')).status).toBe(200);
    await here.does('PUT', '/users/me/password', change, 204);
    expect((await there.ask('GET', '/users/me')).status).toBe(401);
    expect((await here.ask('GET', '/users/me')).status).toBe(200);
    await expect(signIn(stack.url, here.email, PASSWORD)).rejects.toThrow('401');
    await signIn(stack.url, here.email, 'battery staple');
    for (const bad of [{}, { password: 'battery staple' }, { password: 'battery staple', newPassword: 'short' }])
      expect((await here.ask('PUT', '/users/me/password', bad)).body).toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('takes the old password once, of two who change it at once', async () => {
    const ada = await somebody(stack.url);
    const answers = await Promise.all(
      ['first choice', 'second choice'].map((newPassword) =>
        ada.ask('PUT', '/users/me/password', { password: PASSWORD, newPassword }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401]);
  });
});

describe('the picture of a profile', () => {
  const show = (id: string, size: string | number = 128) =>
    fetch(`${stack.url}/avatars/${id}/${size}`, { headers: { accept: 'image/webp' } });

  it('is made of the name until one is chosen, of three sizes; of the old one nothing is left', async () => {
    const ada = await somebody(stack.url);
    await ada.does('PATCH', '/users/me', { displayName: 'Ada Lovelace' });
    const { avatarUrl } = await ada.does('GET', `/users/${ada.username}`);
    expect(avatarUrl).toBe(`${stack.url}/avatars/${ada.id}/128`);
    const initials = await show(ada.id);
    expect(initials.headers.get('content-type')).toContain('image/svg+xml');
    expect(await initials.text()).toContain('>AL</text>');

    const { assetId } = await ada.upload(await photo(800, 600));
    await ada.settled(assetId);
    expect(await ada.does('PUT', '/users/me/avatar', { assetId })).toMatchObject({ avatarAssetId: assetId });
    for (const size of [64, 128, 256]) {
      const picture = await show(ada.id, size);
      expect(picture.redirected).toBe(true);
      expect(picture.headers.get('content-type')).toBe('image/webp');
      const sharp = (await import('sharp')).default;
      const { width, height } = await sharp(Buffer.from(await picture.arrayBuffer())).metadata();
      expect([width, height]).toEqual([size, size]);
    }
    await ada.does('DELETE', '/users/me/avatar', undefined, 204);
    expect((await show(ada.id)).headers.get('content-type')).toContain('image/svg+xml');
    // It was the account's own before it was its picture.
    expect((await ada.ask('GET', `/assets/${assetId}`)).status).toBe(200);
  });

  it('comes in a form as well; the next one takes its place, and of the old one nothing is left', async () => {
    const ada = await somebody(stack.url);
    const send = async (bytes: Uint8Array, fields: Record<string, string> = {}) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      form.set('file', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), 'me.jpg');
      const headers = { authorization: `Bearer ${ada.accessToken}` };
      const response = await fetch(`${stack.url}/users/me/avatar`, { method: 'PUT', headers, body: form });
      return { status: response.status, body: (await response.json()) as Record<string, string> };
    };
    const first = await send(await photo(500, 400));
    expect(first).toMatchObject({ status: 200 });
    const id = first.body.avatarAssetId ?? '';
    await ada.settled(id);
    expect((await show(ada.id)).headers.get('content-type')).toBe('image/webp');
    const second = await send(await photo(400, 500));
    expect(second.body.avatarAssetId).toBe(id);
    await until(
      async () => (await ada.ask<{ version: number; status: string }>('GET', `/assets/${id}`)).body,
      ({ version, status }) => version === 2 && status === 'READY',
    );
    expect((await send(zip())).body).toMatchObject({ code: expect.stringMatching(/FILE_TYPE|CONTENT_TYPE/) });
    expect((await send(await photo(), { resource: 'other' })).body).toMatchObject({ code: 'VALIDATION_FAILED' });
    const chosen = await ada.upload(await photo());
    await ada.does('PUT', '/users/me/avatar', { assetId: chosen.assetId });
    expect((await ada.ask('GET', `/assets/${id}`)).status).toBe(404);
  });

  it('is an own picture, and nothing else', async () => {
    const owner = await signUp(stack.url);
    const colleague = await newMember(owner, 'OWNER');
    const theirs = await owner.upload(await photo());
    const archive = await colleague.upload(zip(), { filename: 'a.zip', contentType: 'application/zip' });
    const set = (body: unknown) => colleague.ask('PUT', '/users/me/avatar', body);
    expect((await set({ assetId: theirs.assetId })).body).toMatchObject({ code: 'ASSET_NOT_FOUND' });
    expect((await set({ assetId: archive.assetId })).body).toMatchObject({ code: 'ASSET_NOT_USABLE' });
    for (const bad of [{}, { assetId: 'x' }, { assetId: null }, undefined])
      expect((await set(bad)).body).toMatchObject({ code: 'VALIDATION_FAILED' });
    for (const [id, size] of [
      ['nobody', 128],
      ['01890000-0000-7000-8000-000000000000', 128],
      [(await whoIs(owner)).id, 127],
    ] as const)
      expect((await show(id, size)).status).toBe(404);
  });
});

describe('GET /users', () => {
  it('lists and finds every account for an administrator, and for nobody else', async () => {
    const admin: Account = await stack.admin();
    const all = [await somebody(stack.url, 'findable'), await somebody(stack.url, 'findable')];
    const list = async (query: string) =>
      (await admin.ask<{ items: { id: string }[]; nextCursor: string | null }>('GET', `/users?${query}`)).body;
    const found = await list('search=FINDABLE-');
    expect(found.items.map(({ id }) => id)).toEqual(all.map(({ id }) => id).reverse());
    const first = await list('search=findable-&limit=1');
    const second = await list(`search=findable-&limit=1&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(all.map(({ id }) => id).reverse());
    expect(second.nextCursor).toBeNull();
    expect((await list('role=ADMIN')).items).toHaveLength(1);
    expect((await list('search=%25')).items).toEqual([]);
    expect((await list('cursor=x')) as unknown).toMatchObject({ code: 'INVALID_CURSOR' });
    expect((await all[0]?.ask('GET', '/users'))?.status).toBe(403);
    expect((await ask(stack.url, 'GET', '/users')).status).toBe(401);
  });
});
