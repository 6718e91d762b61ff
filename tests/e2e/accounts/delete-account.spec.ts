import { randomUUID } from 'node:crypto';
import type { Database } from '#libs/database/database.js';
import { signIn, signUp, type Account, type Answer } from '../../support/account.js';
import { invite, newMember, register, whoIs, withKey } from '../../support/members.js';
import { photo as makePhoto } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { openDatabase } from '../../support/open-database.js';

let stack: Stack;
let database: Database;

beforeAll(async () => {
  stack = await startStack();
  database = openDatabase(stack.databaseUrl);
});
afterAll(async () => {
  await database.close();
  await stack.stop();
});

const remove = (account: Account, password = 'correct horse'): Promise<Answer> =>
  account.ask('DELETE', '/users/me', { password });

it('whoever is alone goes with the tenant, the files and every trace but a pseudonym', async () => {
  const account = await signUp(stack.url);
  const program = await withKey(account, ['read']);
  const { id, tenantId } = await whoIs(account);
  const invited = await invite(account, 'VIEWER');
  for (let count = 0; count < 3; count++) await account.settled((await account.upload(await makePhoto())).assetId);
  const waiting = await account.presign(await makePhoto());
  expect(await stack.objects(tenantId)).not.toEqual([]);

  expect((await remove(account, 'wrong')).body).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  expect((await program.ask('DELETE', '/users/me', { password: 'correct horse' })).status).toBe(403);
  expect((await account.ask('GET', '/users/me')).status).toBe(200);
  const answers = await Promise.all([remove(account), remove(account)]);
  expect(answers.map(({ status }) => status)).toContain(204);

  for (const gone of [account, program]) expect((await gone.ask('GET', '/users/me')).status).toBe(401);
  await expect(signIn(stack.url, account.email, 'correct horse')).rejects.toThrow('401');
  expect((await register(stack.url, invited.email, invited.token)).status).toBe(404);
  await until(
    () => database.client.tenant.count({ where: { id: tenantId } }),
    (count) => count === 0,
  );
  await until(
    () => stack.objects(tenantId),
    (keys) => keys.length === 0,
  );
  const { client } = database;
  expect(await client.asset.count({ where: { tenantId } })).toBe(0);
  const names = await client.upload.findMany({ where: { tenantId }, select: { id: true, filename: true } });
  expect(names.filter(({ filename }) => filename !== '-')).toEqual([]);
  expect(names.map(({ id }) => id).filter((id) => id !== waiting.uploadId)).toEqual([]);
  expect(await client.event.count({ where: { tenantId } })).toBe(0);
  const audit = await client.auditLog.findMany({ where: { OR: [{ actorId: id }, { subjectId: id }] } });
  expect(audit.map(({ action }) => action)).toEqual(expect.arrayContaining(['auth.register', 'user.deleted']));
  expect(audit.filter(({ ip }) => ip !== null)).toEqual([]);
  expect(JSON.stringify(audit)).not.toContain(account.email);
  expect((await register(stack.url, account.email)).status).toBe(201);
});

it('a member takes what is theirs, and leaves the tenant to the others', async () => {
  const owner = await signUp(stack.url);
  const { tenantId } = await whoIs(owner);
  const member = await newMember(owner, 'EDITOR');
  const [mine, theirs] = [await owner.upload(await makePhoto()), await member.upload(await makePhoto())];
  await owner.settled(mine.assetId);
  await owner.settled(theirs.assetId);
  expect((await remove(owner)).body).toMatchObject({ code: 'LAST_OWNER', status: 409 });
  expect((await remove(member)).status).toBe(204);
  await until(
    () => owner.ask('GET', `/assets/${theirs.assetId}`),
    ({ status }) => status === 404,
  );
  await until(
    () => database.client.job.count({ where: { tenantId, kind: 'erase-account', state: { not: 'COMPLETED' } } }),
    (count) => count === 0,
  );
  const { client } = database;
  const told = [
    await client.auditLog.findMany({ where: { tenantId } }),
    await client.event.findMany({ where: { tenantId } }),
  ];
  expect(JSON.stringify(told)).not.toContain(member.email);
  expect((await owner.ask('GET', `/assets/${mine.assetId}`)).status).toBe(200);
  expect((await owner.ask('GET', '/tenant/usage')).body).toMatchObject({ files: { used: 1 } });
});

it('nobody is left alone in a tenant who joins it while its only member goes', async () => {
  const owner = await signUp(stack.url);
  const { tenantId } = await whoIs(owner);
  const { email } = await invite(owner, 'VIEWER');
  let answer: Promise<Answer> | undefined;
  let answered = false;
  const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  // As whoever registers does, at the moment before it is done.
  await database.client.$transaction(
    async (tx) => {
      await tx.invitation.deleteMany({ where: { tenantId } });
      await tx.user.create({ data: { id: randomUUID(), tenantId, email, passwordHash: '-', tenantRole: 'VIEWER' } });
      answer = remove(owner).finally(() => (answered = true));
      await until(
        async () => answered || (await stack.sql(waits)).length > 0,
        (is) => is,
      );
    },
    { timeout: 100_000 },
  );
  expect((await answer)?.body).toMatchObject({ status: 409, code: 'LAST_OWNER' });
});

it('the last administrator stays', async () => {
  const admin = await stack.admin();
  expect((await remove(admin, 'the admin of the tests')).body).toMatchObject({ code: 'LAST_ADMIN' });
});

it.each([[{}], [undefined], [{ password: 1 }], [{ password: 'correct horse', id: 'x' }]])(
  '%j is no word of it',
  async (body) => {
    const account = await signUp(stack.url);
    expect((await account.ask('DELETE', '/users/me', body)).body).toMatchObject({ code: 'VALIDATION_FAILED' });
    expect((await account.ask('GET', '/users/me')).status).toBe(200);
  },
);
