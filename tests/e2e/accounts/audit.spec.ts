import { randomUUID } from 'node:crypto';
import { ask, signUp, type Account } from '../../support/account.js';
import { hugePng, photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';

interface EntryBody {
  id: string;
  at: string;
  actor: { id: string; email: string | null } | null;
  tenantId: string | null;
  action: string;
  subject: { type: string; id: string } | null;
  payload: Record<string, unknown>;
  ip: string | null;
  requestId: string | null;
}

interface PageBody {
  items: EntryBody[];
  nextCursor: string | null;
}

let stack: Stack;
let admin: Account;
let user: Account;

beforeAll(async () => {
  stack = await startStack();
  [admin, user] = await Promise.all([stack.admin(), signUp(stack.url)]);
});
afterAll(() => stack.stop());

const audit = async (query: Record<string, string> = {}) =>
  (await admin.ask<PageBody>('GET', `/audit?${new URLSearchParams(query).toString()}`)).body;

describe('the audit log', () => {
  it('knows who did what, from where, in which request', async () => {
    const requestId = `test-${randomUUID()}`;
    const login = { email: user.email, password: 'correct horse' };
    const answer = await ask(stack.url, 'POST', '/auth/login', login, { 'x-request-id': requestId });
    expect(answer.status).toBe(200);
    const [entry] = (await audit({ action: 'auth.login', actor: user.email })).items;
    expect(entry).toMatchObject({ action: 'auth.login', ip: '127.0.0.1', requestId, actor: { email: user.email } });
    expect(entry?.subject?.type).toBe('user');
    expect(Math.abs(Date.now() - Date.parse(entry?.at ?? ''))).toBeLessThan(60_000);
  });

  it('knows of a login that failed, and of nobody who did it', async () => {
    const requestId = `test-${randomUUID()}`;
    const login = { email: user.email, password: 'wrong horse' };
    await ask(stack.url, 'POST', '/auth/login', login, { 'x-request-id': requestId });
    const entry = (await audit({ action: 'auth.login-failed' })).items.find((one) => one.requestId === requestId);
    expect(entry).toMatchObject({ actor: null, ip: '127.0.0.1' });
    expect(JSON.stringify(entry)).not.toContain('wrong horse');
  });

  it('follows a file from its upload to its deletion', async () => {
    const { assetId } = await user.upload(await photo(64, 48));
    await user.settled(assetId);
    await user.ask('DELETE', `/assets/${assetId}`);
    const { items } = await audit({ actor: user.email });
    const actions = items.map(({ action }) => action);
    for (const action of ['upload.presigned', 'upload.completed', 'asset.deleted'])
      expect(actions.filter((one) => one === action)).toHaveLength(1);
    expect(items.find(({ action }) => action === 'asset.deleted')?.subject).toEqual({ type: 'asset', id: assetId });
    expect((await audit({ subject: assetId })).items.map(({ action }) => action)).toContain('asset.deleted');
  });

  it('knows what administrators did to jobs and queues', async () => {
    const { assetId } = await user.upload(hugePng(), { filename: 'huge.png', contentType: 'image/png' });
    await user.settled(assetId);
    const jobs = await admin.ask<{ items: { id: string; errorCode: string }[] }>('GET', `/jobs?assetId=${assetId}`);
    const { id, errorCode } = jobs.body.items[0] ?? { id: '', errorCode: '' };
    await admin.ask('POST', '/queues/process-asset/pause');
    await admin.ask('POST', '/queues/process-asset/pause');
    await admin.ask('POST', `/jobs/${id}/retry`);
    await admin.ask('DELETE', `/jobs/${id}`);
    await admin.ask('POST', '/queues/process-asset/resume');
    await admin.ask('POST', '/jobs/retry', { errorCode });
    const { items } = await audit({ actor: admin.email, limit: '4' });
    expect(items).toMatchObject([
      { action: 'queue.resumed', subject: { type: 'queue', id: 'process-asset' } },
      { action: 'job.deleted', subject: { type: 'job', id }, payload: { kind: 'process-asset', was: 'WAITING' } },
      { action: 'job.retried', subject: { type: 'job', id }, payload: { kind: 'process-asset', was: 'FAILED' } },
      { action: 'queue.paused', subject: { type: 'queue', id: 'process-asset' } },
    ]);
  });

  it('has one entry for a retry of many', async () => {
    const upload = () => user.upload(hugePng(), { filename: 'huge.png', contentType: 'image/png' });
    const assets = [await upload(), await upload()];
    for (const { assetId } of assets) await user.settled(assetId);
    const before = (await audit({ action: 'job.retried' })).items.length;
    const { body } = await admin.ask<{ retried: number }>('POST', '/jobs/retry', { kind: 'process-asset' });
    expect(body.retried).toBeGreaterThanOrEqual(2);
    const { items } = await audit({ action: 'job.retried' });
    expect(items.length).toBe(before + 1);
    expect(items[0]).toMatchObject({ subject: null, payload: { kind: 'process-asset', errorCode: null } });
  });
});

describe('its list', () => {
  it('is read page by page, newest first', async () => {
    const seen: EntryBody[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: PageBody = await audit({ limit: '3', actor: user.email, ...(cursor && { cursor }) });
      seen.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(seen.length).toBeGreaterThan(3);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    const times = seen.map(({ at }) => at);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('is narrowed by time: from is in, to is out', async () => {
    const { items } = await audit({ actor: user.email });
    const [oldest] = items.slice(-1);
    const { at = '', id } = oldest ?? {};
    const ids = async (query: Record<string, string>) =>
      (await audit({ actor: user.email, ...query })).items.map((entry) => entry.id);
    expect(await ids({ from: at })).toContain(id);
    expect(await ids({ to: at })).not.toContain(id);
    expect(await ids({ from: at, to: at })).toEqual([]);
    expect(await ids({ from: '1999-12-31T23:59:59+01:00' })).toContain(id);
  });

  it('is empty for somebody unknown', async () => {
    expect(await audit({ actor: 'nobody@example.com' })).toEqual({ items: [], nextCursor: null });
    expect(await audit({ actor: randomUUID() })).toEqual({ items: [], nextCursor: null });
  });

  it.each([
    'actor=x',
    'action=nothing',
    'subject=%00',
    'from=yesterday',
    'to=0000-01-01T00:00:00Z',
    'limit=1e9',
    'x=1',
  ])('refuses %s', async (query) => {
    const answer = await admin.ask('GET', `/audit?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  it('is for administrators', async () => {
    expect(await user.ask('GET', '/audit')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await ask(stack.url, 'GET', '/audit')).toMatchObject({ status: 401 });
  });
});
