import { randomUUID } from 'node:crypto';
import type { Database } from '#libs/database/database.js';
import { Account, ask, signUp, type Answer } from '../../support/account.js';
import { newMember, whoIs, withKey } from '../../support/members.js';
import { photo as makePhoto } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { openDatabase } from '../../support/open-database.js';

let stack: Stack;
let database: Database;

beforeAll(async () => {
  stack = await startStack({ api: 2, env: { API_KEY_RATE_LIMIT_PER_MINUTE: '400' } });
  database = openDatabase(stack.databaseUrl);
});
afterAll(async () => {
  await database.close();
  await stack.stop();
});

const keyed = (key: string, url = stack.url): Account => new Account(url, key, 'a program');

describe('an API key', () => {
  it('is shown once, kept as a hash, and good everywhere a bearer token is', async () => {
    const owner = await signUp(stack.url);
    const created = await owner.ask<{ id: string; key: string }>('POST', '/api-keys', {
      name: 'website',
      scopes: ['upload', 'read'],
    });
    expect(created.status).toBe(201);
    const { id, key } = created.body;
    expect(key).toMatch(/^mik_[0-9A-Za-z]{46}$/);
    const listed = await owner.ask<{ items: unknown[] }>('GET', '/api-keys');
    expect(listed.body.items).toEqual([
      expect.objectContaining({
        id,
        name: 'website',
        prefix: key.slice(0, 9),
        scopes: ['upload', 'read'],
        lastUsedAt: null,
      }),
    ]);
    const rows = await database.query<{ text: string }>('keys', 'SELECT k::text AS text FROM api_keys k', []);
    expect(JSON.stringify([listed.body, rows])).not.toContain(key.slice(9));

    const program = keyed(key);
    const { assetId } = await program.upload(await makePhoto());
    expect(await program.settled(assetId)).toMatchObject({ status: 'READY' });
    expect((await owner.ask('GET', `/assets/${assetId}`)).status).toBe(200);
    expect((await whoIs(program)).id).toBe((await whoIs(owner)).id);
    const audit = await database.client.auditLog.findMany({ where: { subjectId: id } });
    expect(audit.map(({ action }) => action)).toEqual(['api-key.created']);
  });

  it.each([
    ['read', ['GET /assets', 'GET /users/me', 'GET /tenant']],
    ['upload', ['POST /uploads/presign']],
    ['delete', ['DELETE /assets/:id']],
    [
      'admin',
      ['GET /assets', 'POST /uploads/presign', 'DELETE /assets/:id', 'GET /api-keys', 'GET /tenant/invitations'],
    ],
  ])('with the scope %s opens what the scope is of, and nothing else', async (scope, opened) => {
    const program = await withKey(await signUp(stack.url), [scope]);
    const routes = {
      'GET /assets': 'read',
      'GET /users/me': 'read',
      'GET /tenant': 'read',
      'POST /uploads/presign': 'upload',
      'DELETE /assets/:id': 'delete',
      'GET /api-keys': 'admin',
      'POST /api-keys': 'admin',
      'GET /tenant/invitations': 'admin',
      'PATCH /tenant/members/:id': 'admin',
    };
    for (const [route, needed] of Object.entries(routes)) {
      const [method = '', path = ''] = route.replace(':id', randomUUID()).split(' ');
      const answer = await program.ask(method, path);
      if (scope === 'admin' || scope === needed) expect([route, answer.status]).not.toEqual([route, 403]);
      else {
        expect([route, answer.body.code]).toEqual([route, 'INSUFFICIENT_SCOPE']);
        expect(answer.headers.get('www-authenticate')).toBe(`Bearer error="insufficient_scope", scope="${needed}"`);
        expect(opened).not.toContain(route);
      }
    }
  });

  it('cannot sign out, nor see where its maker is signed in', async () => {
    const program = await withKey(await signUp(stack.url), ['admin']);
    for (const [method, path] of [
      ['POST', '/auth/logout'],
      ['POST', '/auth/logout-all'],
      ['GET', '/auth/sessions'],
      ['DELETE', `/auth/sessions/${randomUUID()}`],
    ] as const) {
      const { body, headers } = await program.ask(method, path);
      expect(body).toMatchObject({ status: 403, code: 'INSUFFICIENT_SCOPE' });
      expect(headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope"');
    }
  });

  it('is revoked for all processes at once, by its maker or an owner, and by nobody else', async () => {
    const owner = await signUp(stack.url);
    const [maker, colleague] = [await newMember(owner, 'EDITOR'), await newMember(owner, 'EDITOR')];
    const programs = [await withKey(maker, ['read']), await withKey(maker, ['read'])];
    const stranger = await signUp(stack.url);
    for (const other of [colleague, stranger])
      expect((await other.ask('DELETE', `/api-keys/${programs[0]?.keyId}`)).body).toMatchObject({
        code: 'API_KEY_NOT_FOUND',
      });
    for (const [index, revoker] of [maker, owner].entries()) {
      const program = programs[index];
      expect((await program?.ask('GET', '/assets'))?.status).toBe(200);
      const answers = await Promise.all([
        revoker.ask('DELETE', `/api-keys/${program?.keyId}`),
        revoker.ask('DELETE', `/api-keys/${program?.keyId}`),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
      for (const url of stack.urls)
        expect((await keyed(program?.accessToken ?? '', url).ask('GET', '/assets')).status).toBe(401);
    }
    expect((await owner.ask<{ items: unknown[] }>('GET', '/api-keys')).body.items).toEqual([]);
  });

  it('can do no more than its maker, now and later', async () => {
    const owner = await signUp(stack.url);
    const editor = await newMember(owner, 'EDITOR');
    const viewer = await newMember(owner, 'VIEWER');
    const make = (account: Account, scopes: string[]): Promise<Answer> =>
      account.ask('POST', '/api-keys', { name: 'more', scopes });
    expect((await make(viewer, ['read', 'upload'])).body).toMatchObject({ code: 'FORBIDDEN' });
    expect((await make(editor, ['admin'])).body).toMatchObject({ code: 'FORBIDDEN' });
    const program = await withKey(editor, ['upload', 'read']);
    const presign = { filename: 'a.jpg', contentType: 'image/jpeg', fileSize: 10 };
    expect((await program.ask('POST', '/uploads/presign', presign)).status).toBe(201);
    await owner.ask('PATCH', `/tenant/members/${(await whoIs(editor)).id}`, { role: 'VIEWER' });
    expect((await program.ask('POST', '/uploads/presign', presign)).body).toMatchObject({ code: 'FORBIDDEN' });
    expect((await program.ask('GET', '/assets')).status).toBe(200);
  });

  it('makes keys only with the scope admin, never for more than its maker is', async () => {
    const owner = await signUp(stack.url);
    const body = { name: 'child', scopes: ['read'] };
    expect((await (await withKey(owner, ['upload', 'read', 'delete'])).ask('POST', '/api-keys', body)).status).toBe(
      403,
    );
    expect((await (await withKey(owner, ['admin'])).ask('POST', '/api-keys', body)).status).toBe(201);
    const program = await withKey(owner, ['admin']);
    expect((await program.ask('GET', '/jobs')).body).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('ends when it expires', async () => {
    const owner = await signUp(stack.url);
    const program = await withKey(owner, ['read'], { expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    expect((await program.ask('GET', '/assets')).status).toBe(200);
    await database.client.apiKey.update({ where: { id: program.keyId }, data: { expiresAt: new Date() } });
    const { status, body, headers } = await program.ask('GET', '/assets');
    expect([status, body.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  it('says when it was last used, written once a minute at most', async () => {
    const owner = await signUp(stack.url);
    const program = await withKey(owner, ['read']);
    const lastUsed = async (): Promise<number | undefined> =>
      (await database.client.apiKey.findUnique({ where: { id: program.keyId } }))?.lastUsedAt?.getTime();
    await Promise.all(Array.from({ length: 10 }, () => program.ask('GET', '/assets')));
    const first = await lastUsed();
    expect(first).toEqual(expect.any(Number));
    await program.ask('GET', '/assets');
    expect(await lastUsed()).toBe(first);
    const before = new Date(Date.now() - 61_000);
    await database.client.apiKey.update({ where: { id: program.keyId }, data: { lastUsedAt: before } });
    await program.ask('GET', '/assets');
    expect(await lastUsed()).toBeGreaterThan(before.getTime());
  });

  it('has a rate limit of its own, over all processes', async () => {
    const owner = await signUp(stack.url);
    const program = await withKey(owner, ['read']);
    const hits = `UPDATE throttle_hits SET hits = 396 WHERE key = $1`;
    expect((await program.ask('GET', '/tenant')).status).toBe(200);
    await database.query('hits', hits, [`key:${program.keyId}`]);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => keyed(program.accessToken, stack.urls[index % 2]).ask('GET', '/tenant')),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(4);
    expect(refused[0]?.headers.get('ratelimit-policy')).toContain('"key";q=400;w=60');
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await (await withKey(owner, ['read'])).ask('GET', '/tenant')).status).toBe(200);
    expect((await owner.ask('GET', '/tenant')).status).toBe(200);
  });

  it.each([
    [{}],
    [{ name: '', scopes: ['read'] }],
    [{ name: 'a', scopes: [] }],
    [{ name: 'a', scopes: ['root'] }],
    [{ name: 'a', scopes: ['read', 'read'] }],
    [{ name: 'a', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' }],
    [{ name: 'a', scopes: ['read'], expiresAt: 'soon' }],
    [{ name: 'a', scopes: ['read'], expiresAt: '+012026-01-01T00:00:00Z' }],
    [{ name: 'a', scopes: ['read'], userId: randomUUID() }],
    [{ name: 'x'.repeat(101), scopes: ['read'] }],
    ['null'],
  ])('is not made of %j', async (body) => {
    expect((await (await signUp(stack.url)).ask('POST', '/api-keys', body)).body).toMatchObject({
      code: 'VALIDATION_FAILED',
    });
  });

  it.each(['mik_', `mik_${'a'.repeat(46)}`, `mik_${'a'.repeat(4_000)}`, 'mik_\u00e9'])('is not %p', async (key) => {
    const authorization = `Bearer ${key}`;
    expect(await ask(stack.url, 'GET', '/assets', undefined, { authorization })).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHENTICATED' },
    });
  });
});
