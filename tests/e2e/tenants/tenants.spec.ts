import { randomUUID } from 'node:crypto';
import { signIn, signUp, type Account, type Answer } from '../../support/account.js';
import { invite, newMember, register, whoIs, withKey } from '../../support/members.js';
import { photo as makePhoto } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { openDatabase } from '../../support/open-database.js';
import type { Database } from '#libs/database/database.js';

interface Listed {
  items: { id: string; email: string; role?: string; token?: string }[];
  nextCursor: string | null;
}

let stack: Stack;
let database: Database;

beforeAll(async () => {
  stack = await startStack({ api: 2 });
  database = openDatabase(stack.databaseUrl);
});
afterAll(async () => {
  await database.close();
  await stack.stop();
});

/** The same account, asking the other API. */
const elsewhere = (account: Account): Account =>
  Object.assign(Object.create(account) as Account, { url: stack.urls[1] });
const actions = async (subjectId: string): Promise<string[]> =>
  (await database.client.auditLog.findMany({ where: { subjectId }, orderBy: { at: 'asc' } })).map(
    ({ action }) => action,
  );
const codes = (answers: Answer[]): unknown[] => answers.map(({ status, body }) => body.code ?? status).sort();

describe('registering', () => {
  it('makes a tenant of one’s own, and its owner', async () => {
    const account = await signUp(stack.url);
    const me = await whoIs(account);
    expect(me.tenantRole).toBe('OWNER');
    const { body } = await account.ask('GET', '/tenant');
    expect(body).toMatchObject({ id: me.tenantId, name: account.email.split('@')[0] });
    expect((await account.ask('PATCH', '/tenant', { name: ' Atelier ' })).body).toMatchObject({ name: 'Atelier' });
    expect((await account.ask('GET', '/tenant')).body).toMatchObject({ name: 'Atelier' });
    expect(await actions(me.tenantId)).toEqual(['tenant.changed']);
  });

  it.each([
    [{}],
    [{ name: '' }],
    [{ name: 'a\u202eb' }],
    [{ name: 'x'.repeat(101) }],
    [{ id: randomUUID() }],
    [[]],
    [undefined],
  ])('the tenant does not take %p', async (change) => {
    const account = await signUp(stack.url);
    expect((await account.ask('PATCH', '/tenant', change)).body).toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('takes an e-mail once, however it is written', async () => {
    const email = `${randomUUID()}@example.com`;
    const answers = await Promise.all([register(stack.url, email), register(stack.urls[1] ?? '', email.toUpperCase())]);
    expect(codes(answers)).toEqual([201, 'EMAIL_TAKEN']);
  });
});

describe('an invitation', () => {
  it('brings who registers with it into the tenant, in the role, and is gone', async () => {
    const owner = await signUp(stack.url);
    const { id, email, token } = await invite(owner, 'EDITOR');
    const { body: open } = await owner.ask<Listed>('GET', '/tenant/invitations');
    expect(open.items).toEqual([expect.objectContaining({ id, email, role: 'EDITOR' })]);
    expect(JSON.stringify(open)).not.toContain(token);
    expect((await register(stack.url, email.toUpperCase(), token)).status).toBe(201);
    const member = await whoIs(await signIn(stack.url, email, 'correct horse'));
    expect(member).toMatchObject({ tenantId: (await whoIs(owner)).tenantId, tenantRole: 'EDITOR' });
    expect((await owner.ask<Listed>('GET', '/tenant/invitations')).body.items).toEqual([]);
    expect((await register(stack.url, email, token)).body).toMatchObject({ code: 'INVITATION_NOT_FOUND', status: 404 });
    expect(await actions(id)).toEqual(['invitation.created']);
    expect(await actions(member.id)).toEqual(['auth.register', 'invitation.accepted', 'auth.login']);
    const events = await database.client.event.findMany({
      where: { tenantId: member.tenantId },
      orderBy: { id: 'asc' },
    });
    expect(events.map(({ type }) => type)).toEqual(['tenant.invitation-created', 'tenant.member-joined']);
    expect(JSON.stringify(events)).not.toContain(token);
  });

  it('is taken once by two who come at once', async () => {
    const owner = await signUp(stack.url);
    const { email, token } = await invite(owner, 'VIEWER');
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => register(stack.urls[index % 2] ?? '', email, token)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await owner.ask<Listed>('GET', '/tenant/members')).body.items).toHaveLength(2);
  });

  it('is for its e-mail alone, and stays good after somebody else has tried it', async () => {
    const owner = await signUp(stack.url);
    const { email, token } = await invite(owner, 'VIEWER');
    const other = `${randomUUID()}@example.com`;
    expect((await register(stack.url, other, token)).body).toMatchObject({
      code: 'INVITATION_EMAIL_MISMATCH',
      status: 422,
    });
    expect((await register(stack.url, other)).status).toBe(201);
    expect((await register(stack.url, email, token)).status).toBe(201);
  });

  it('ends after seven days, when it is withdrawn, and when another takes its place', async () => {
    const owner = await signUp(stack.url);
    const old = await invite(owner, 'VIEWER');
    await database.client.invitation.update({ where: { id: old.id }, data: { expiresAt: new Date() } });
    expect((await register(stack.url, old.email, old.token)).body).toMatchObject({ code: 'INVITATION_EXPIRED' });

    const withdrawn = await invite(owner, 'VIEWER');
    expect((await owner.ask('DELETE', `/tenant/invitations/${withdrawn.id}`)).status).toBe(204);
    expect((await owner.ask('DELETE', `/tenant/invitations/${withdrawn.id}`)).body).toMatchObject({
      code: 'INVITATION_NOT_FOUND',
    });
    expect((await register(stack.url, withdrawn.email, withdrawn.token)).status).toBe(404);

    const first = await invite(owner, 'VIEWER');
    const second = await invite(owner, 'EDITOR', first.email);
    expect((await register(stack.url, first.email, first.token)).status).toBe(404);
    expect((await register(stack.url, first.email, second.token)).status).toBe(201);
  });

  it('is not made for a member, nor for what is no address or role', async () => {
    const owner = await signUp(stack.url);
    const ask = (body: unknown): Promise<Answer> => owner.ask('POST', '/tenant/invitations', body);
    expect((await ask({ email: owner.email.toUpperCase(), role: 'VIEWER' })).body).toMatchObject({
      code: 'ALREADY_MEMBER',
    });
    for (const body of [
      {},
      { email: 'nobody', role: 'VIEWER' },
      { email: 'a@example.com', role: 'ADMIN' },
      { role: 'OWNER' },
    ])
      expect((await ask(body)).body).toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it.each(['', 'nonsense', 'x'.repeat(43), 'é'.repeat(43)])('is not %p', async (token) => {
    const answer = await register(stack.url, `${randomUUID()}@example.com`, token);
    expect(answer.body).toMatchObject({ code: 'INVITATION_NOT_FOUND' });
  });
});

describe('a member', () => {
  it('may do what the role says, from the next request on, in every process', async () => {
    const owner = await signUp(stack.url);
    const member = await newMember(owner, 'VIEWER');
    const { id } = await whoIs(member);
    const presign = (account: Account): Promise<Answer> =>
      account.ask('POST', '/uploads/presign', { filename: 'a.jpg', contentType: 'image/jpeg', fileSize: 10 });
    expect((await presign(member)).body).toMatchObject({ code: 'FORBIDDEN' });
    expect((await owner.ask('PATCH', `/tenant/members/${id}`, { role: 'EDITOR' })).body).toMatchObject({
      role: 'EDITOR',
    });
    expect((await presign(elsewhere(member))).status).toBe(201);
    expect((await member.ask('PATCH', '/tenant', { name: 'Mine' })).body).toMatchObject({ code: 'FORBIDDEN' });
    expect((await owner.ask('PATCH', `/tenant/members/${id}`, { role: 'OWNER' })).status).toBe(200);
    expect((await elsewhere(member).ask('PATCH', '/tenant', { name: 'Ours' })).status).toBe(200);
    expect(await actions(id)).toContain('member.role-changed');
  });

  it('sees what the others of the tenant have uploaded, and nobody else does', async () => {
    const owner = await signUp(stack.url);
    const member = await newMember(owner, 'VIEWER');
    const { assetId } = await owner.upload(await makePhoto());
    expect((await member.ask('GET', `/assets/${assetId}`)).status).toBe(200);
    expect((await member.ask('DELETE', `/assets/${assetId}`)).body).toMatchObject({ code: 'FORBIDDEN' });
    expect((await (await signUp(stack.url)).ask('GET', `/assets/${assetId}`)).status).toBe(404);
  });

  it('who is removed is out at once, with sessions and keys; their files stay', async () => {
    const owner = await signUp(stack.url);
    const member = await newMember(owner, 'EDITOR');
    const program = await withKey(member, ['read']);
    const { assetId } = await member.upload(await makePhoto());
    const { id } = await whoIs(member);
    expect((await owner.ask('DELETE', `/tenant/members/${id}`)).status).toBe(204);
    for (const account of [member, elsewhere(member), program, elsewhere(program)])
      expect((await account.ask('GET', '/users/me')).status).toBe(401);
    await expect(signIn(stack.url, member.email, 'correct horse')).rejects.toThrow('401');
    expect((await owner.ask('GET', `/assets/${assetId}`)).status).toBe(200);
    expect((await owner.ask('DELETE', `/tenant/members/${id}`)).body).toMatchObject({ code: 'MEMBER_NOT_FOUND' });
    expect(await actions(id)).toContain('member.removed');
    const again = await invite(owner, 'VIEWER', member.email);
    expect((await register(stack.url, again.email, again.token)).status).toBe(201);
  });

  it('of another tenant is unknown', async () => {
    const [owner, stranger] = [await signUp(stack.url), await signUp(stack.url)];
    const { id } = await whoIs(stranger);
    for (const unknown of [id, randomUUID(), 'nobody']) {
      const change = await owner.ask('PATCH', `/tenant/members/${unknown}`, { role: 'VIEWER' });
      const removal = await owner.ask('DELETE', `/tenant/members/${unknown}`);
      expect(codes([change, removal])).toEqual(['MEMBER_NOT_FOUND', 'MEMBER_NOT_FOUND']);
    }
    expect((await whoIs(stranger)).tenantRole).toBe('OWNER');
  });

  it('is listed, a page at a time', async () => {
    const owner = await signUp(stack.url);
    const members = [owner, await newMember(owner, 'VIEWER'), await newMember(owner, 'EDITOR')];
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor && `&cursor=${cursor}`;
      const { body } = await owner.ask<Listed>('GET', `/tenant/members?limit=2${query}`);
      seen.push(...body.items.map(({ email }) => email));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(members.map(({ email }) => email).reverse());
  });
});

describe('the last owner', () => {
  it('stays one', async () => {
    const owner = await signUp(stack.url);
    const { id } = await whoIs(owner);
    const change = await owner.ask('PATCH', `/tenant/members/${id}`, { role: 'EDITOR' });
    const removal = await owner.ask('DELETE', `/tenant/members/${id}`);
    expect(codes([change, removal])).toEqual(['LAST_OWNER', 'LAST_OWNER']);
  });

  it.each(['PATCH', 'DELETE'])('is left when two owners %s each other at once', async (method) => {
    for (let round = 0; round < 5; round++) {
      const one = await signUp(stack.url);
      const other = elsewhere(await newMember(one, 'OWNER'));
      const [first, second] = [await whoIs(one), await whoIs(other)];
      const body = method === 'PATCH' ? { role: 'VIEWER' } : undefined;
      const answers = await Promise.all([
        one.ask(method, `/tenant/members/${second.id}`, body),
        other.ask(method, `/tenant/members/${first.id}`, body),
      ]);
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
      const owners = await database.client.user.count({ where: { tenantId: first.tenantId, tenantRole: 'OWNER' } });
      expect(owners).toBe(1);
    }
  });
});

describe('administrators', () => {
  it('see every tenant and what it has, and find it by its name', async () => {
    const admin = await stack.admin();
    const owner = await signUp(stack.url);
    await newMember(owner, 'VIEWER');
    const name = `Gallery ${randomUUID()}`;
    await owner.ask('PATCH', '/tenant', { name });
    const photo = await makePhoto();
    await owner.upload(photo);
    const { body } = await admin.ask<{ items: unknown[] }>('GET', `/admin/tenants?search=${name.toUpperCase()}`);
    expect(body.items).toEqual([
      expect.objectContaining({
        name,
        members: 2,
        suspendedAt: null,
        usage: {
          bytes: { used: photo.length, limit: null },
          files: { used: 1, limit: null },
          monthlyUploads: { used: 1, limit: null },
          transcodeMinutes: { used: 0, limit: null },
        },
      }),
    ]);
    expect((await admin.ask<Listed>('GET', '/admin/tenants?search=100%25_nothing')).body.items).toEqual([]);
    const first = await admin.ask<Listed>('GET', '/admin/tenants?limit=1');
    const next = await admin.ask<Listed>('GET', `/admin/tenants?limit=1&cursor=${first.body.nextCursor}`);
    expect(next.body.items[0]?.id).not.toBe(first.body.items[0]?.id);
  });

  it('suspend a tenant: its members and keys are refused at once, and let in again afterwards', async () => {
    const admin = await stack.admin();
    const owner = await signUp(stack.url);
    const member = await newMember(owner, 'VIEWER');
    const program = await withKey(owner, ['admin']);
    const { email, token } = await invite(owner, 'VIEWER');
    const { tenantId } = await whoIs(owner);
    const everybody = [owner, elsewhere(owner), member, program, elsewhere(program)];
    const path = `/admin/tenants/${tenantId}`;
    expect((await admin.ask('POST', `${path}/suspend`)).body).toMatchObject({ suspendedAt: expect.any(String) });
    expect((await admin.ask('POST', `${path}/suspend`)).status).toBe(200);
    for (const account of everybody)
      expect((await account.ask('GET', '/assets')).body).toMatchObject({ code: 'TENANT_SUSPENDED', status: 403 });
    expect((await register(stack.url, email, token)).body).toMatchObject({ code: 'TENANT_SUSPENDED' });
    expect((await admin.ask<Listed>('GET', '/admin/tenants?suspended=true')).body.items.map(({ id }) => id)).toContain(
      tenantId,
    );
    expect((await admin.ask('POST', `${path}/unsuspend`)).body).toMatchObject({ suspendedAt: null });
    for (const account of everybody) expect((await account.ask('GET', '/assets')).status).toBe(200);
    expect(await actions(tenantId)).toEqual(['tenant.suspended', 'tenant.unsuspended']);
  });

  it('cannot suspend their own tenant, nor an unknown one', async () => {
    const admin = await stack.admin();
    const { tenantId } = await whoIs(admin);
    expect((await admin.ask('POST', `/admin/tenants/${tenantId}/suspend`)).body).toMatchObject({ code: 'OWN_TENANT' });
    for (const id of [randomUUID(), 'nothing'])
      for (const [method, path] of [
        ['GET', ''],
        ['PATCH', ''],
        ['POST', '/suspend'],
        ['POST', '/unsuspend'],
      ] as const) {
        const body = method === 'PATCH' ? { bytes: 1 } : undefined;
        expect((await admin.ask(method, `/admin/tenants/${id}${path}`, body)).body).toMatchObject({
          code: 'TENANT_NOT_FOUND',
        });
      }
  });
});
