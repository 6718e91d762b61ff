import { signUp, type Account } from '../../support/account.js';
import { withRows } from '../../support/film.js';
import { newMember } from '../../support/members.js';
import { photo as makePhoto } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { unzip } from '../../support/unzip.js';
import { until } from '../../support/until.js';

interface ExportBody {
  id: string;
  state: 'PENDING' | 'READY' | 'FAILED';
  size: number | null;
  downloadUrl: string | null;
  expiresAt: string | null;
}

let stack: Stack;
let jpeg: Buffer;

beforeAll(async () => {
  stack = await startStack({ env: { RECONCILE_INTERVAL_SECONDS: '1' } });
  jpeg = await makePhoto(64, 48);
});
afterAll(() => stack.stop());

const ask = (account: Account, method = 'GET') => account.ask<ExportBody>(method, '/users/me/export');
const ready = async (account: Account): Promise<ExportBody> =>
  (
    await until(
      () => ask(account),
      ({ body }) => body.state !== 'PENDING',
    )
  ).body;

async function fetched(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="?export-\d{4}-\d\d-\d\d\.zip/);
  return Buffer.from(await response.arrayBuffer());
}

const parsed = (files: Map<string, Buffer>, name: string): Record<string, unknown>[] =>
  JSON.parse(files.get(name)?.toString() ?? 'null') as Record<string, unknown>[];

describe('what is kept of an account', () => {
  it('comes as a zip with its files, of nobody else, and without secrets', async () => {
    const account = await signUp(stack.url);
    const colleague = await newMember(account, 'EDITOR');
    const { assetId } = await account.upload(jpeg, { filename: 'a beach ä.jpg', about: { title: 'A beach' } });
    const trashed = await account.upload(jpeg, { filename: 'gone.jpg' });
    await Promise.all([assetId, trashed.assetId].map((id) => account.settled(id)));
    await account.ask('DELETE', `/assets/${trashed.assetId}`);
    const theirs = await colleague.upload(jpeg, { filename: 'theirs.jpg' });
    await account.ask('POST', '/api-keys', { name: 'a key', scopes: ['read'] });
    const begun = await ask(account);
    expect([begun.status, begun.body.state]).toEqual([202, 'PENDING']);
    const { downloadUrl, size } = await ready(account);
    const zip = await fetched(downloadUrl ?? '');
    expect(zip.length).toBe(size);
    const files = unzip(zip);
    expect([...files.keys()].sort()).toEqual(
      [
        ...['profile', 'sessions', 'api-keys', 'audit', 'uploads', 'assets', 'posts', 'lost-files'].map(
          (name) => `${name}.json`,
        ),
        `files/${assetId}/a beach ä.jpg`,
        `files/${trashed.assetId}/gone.jpg`,
      ].sort(),
    );
    expect(files.get(`files/${assetId}/a beach ä.jpg`)?.equals(jpeg)).toBe(true);
    expect(parsed(files, 'profile.json')).toMatchObject([{ email: account.email, tenantRole: 'OWNER' }]);
    expect(parsed(files, 'sessions.json')).toHaveLength(1);
    expect(parsed(files, 'api-keys.json')).toMatchObject([{ name: 'a key' }]);
    expect(parsed(files, 'audit.json').map(({ action }) => action)).toContain('auth.register');
    expect(parsed(files, 'assets.json')).toMatchObject([
      { title: 'A beach', file: `files/${assetId}/a beach ä.jpg` },
      {},
    ]);
    expect(parsed(files, 'lost-files.json')).toEqual([]);
    const all = [...files]
      .filter(([name]) => name.endsWith('.json'))
      .map(([, bytes]) => bytes.toString())
      .join();
    expect(all).not.toContain(theirs.assetId);
    expect(all).not.toMatch(/hash"\s*:\s*"\$2|passwordHash|password_hash/);
    const { body } = await account.ask<{ items: { kind: string; payload: object }[] }>('GET', '/notifications');
    expect(body.items).toContainEqual(
      expect.objectContaining({ kind: 'export.ready', payload: { exportId: begun.body.id } }),
    );
  });

  it('names a file that is lost, and holds the others', async () => {
    const account = await signUp(stack.url);
    const [lost, kept] = [await account.upload(jpeg), await account.upload(jpeg)];
    for (const { assetId } of [lost, kept]) await account.settled(assetId);
    await stack.removeObject(lost.objectKey);
    await ask(account, 'POST');
    const files = unzip(await fetched((await ready(account)).downloadUrl ?? ''));
    expect(parsed(files, 'lost-files.json')).toEqual([`files/${lost.assetId}/photo.jpg`]);
    expect(files.get(`files/${kept.assetId}/photo.jpg`)?.equals(jpeg)).toBe(true);
  });

  it('is packed once for many who ask at once, and anew when it is asked for anew', async () => {
    const account = await signUp(stack.url);
    const admin = await stack.admin();
    await admin.ask('POST', '/queues/export-account/pause');
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(account, 'POST')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    await admin.ask('POST', '/queues/export-account/resume');
    const first = await ready(account);
    expect((await ask(account)).body.id).toBe(first.id);
    const second = await ask(account, 'POST');
    expect(second.body).toMatchObject({ state: 'PENDING', downloadUrl: null });
    expect(second.body.id).not.toBe(first.id);
  });

  it('is of one’s own alone, and no API key’s', async () => {
    const account = await signUp(stack.url);
    const other = await newMember(account, 'OWNER');
    await ask(account);
    const mine = await ready(account);
    expect((await ask(other)).body.id).not.toBe(mine.id);
    const key = await account.ask<{ key: string }>('POST', '/api-keys', { name: 'all', scopes: ['admin'] });
    const byKey = Object.assign(Object.create(account) as Account, { accessToken: key.body.key });
    expect((await ask(byKey)).status).toBe(403);
  });

  it('goes when its time is over, and with the account', async () => {
    const [account, leaving] = [await signUp(stack.url), await signUp(stack.url)];
    const objects: string[][] = [];
    for (const one of [account, leaving]) {
      const { tenantId } = (await one.ask<{ tenantId: string }>('GET', '/users/me')).body;
      await ask(one);
      await ready(one);
      objects.push(await stack.objects(tenantId));
    }
    expect(objects.map(({ length }) => length)).toEqual([1, 1]);
    const { id } = await ready(account);
    await withRows(stack, ({ client }) =>
      client.accountExport.update({ where: { id }, data: { expiresAt: new Date() } }),
    );
    expect((await leaving.ask('DELETE', '/users/me', { password: 'correct horse' })).status).toBe(204);
    for (const [key = ''] of objects)
      await until(
        () => stack.objects(key),
        (left) => left.length === 0,
      );
    expect((await ask(account)).body).toMatchObject({ state: 'PENDING' });
  });
});
