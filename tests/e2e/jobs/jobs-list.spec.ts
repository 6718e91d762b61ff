import { randomUUID } from 'node:crypto';
import { ask, signUp, type Account } from '../../support/account.js';
import { hugePng, photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';

interface JobBody {
  id: string;
  kind: string;
  state: string;
  errorCode: string | null;
  createdAt: string;
}

interface PageBody {
  items: JobBody[];
  nextCursor: string | null;
}

let stack: Stack;
let user: Account;
let admin: Account;

beforeAll(async () => {
  stack = await startStack();
  [admin, user] = await Promise.all([stack.admin(), signUp(stack.url)]);
  const jpeg = await photo(64, 48);
  for (let count = 0; count < 4; count++) await user.settled((await user.upload(jpeg)).assetId);
  const { assetId } = await user.upload(hugePng(), { filename: 'huge.png', contentType: 'image/png' });
  await user.settled(assetId);
});
afterAll(() => stack.stop());

describe('the list of jobs', () => {
  const list = (query: string) => admin.ask<PageBody>('GET', `/jobs?${query}`);

  it('shows every job once, newest first, page by page', async () => {
    const seen: JobBody[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await list(`limit=2${cursor && `&cursor=${cursor}`}`);
      expect(body.items.length).toBeLessThanOrEqual(2);
      seen.push(...body.items);
      cursor = body.nextCursor;
    }
    expect(seen).toHaveLength(5);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    const times = seen.map(({ createdAt }) => createdAt);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('can be narrowed', async () => {
    const { body } = await list('state=FAILED&kind=process-asset');
    expect(body.items.length).toBeGreaterThan(0);
    for (const one of body.items) expect(one).toMatchObject({ state: 'FAILED', kind: 'process-asset' });
    const errorCode = body.items[0]?.errorCode ?? '';
    expect((await list(`errorCode=${errorCode}`)).body.items.length).toBeGreaterThan(0);
    expect((await list('errorCode=NOTHING_LIKE_IT')).body.items).toEqual([]);
    expect((await list(`tenantId=${randomUUID()}`)).body.items).toEqual([]);
  });

  it.each([
    ['state=DONE', 'VALIDATION_FAILED'],
    ['kind=nothing', 'VALIDATION_FAILED'],
    ['assetId=1', 'VALIDATION_FAILED'],
    ['errorCode=%00', 'VALIDATION_FAILED'],
    ['limit=0', 'VALIDATION_FAILED'],
    ['colour=red', 'VALIDATION_FAILED'],
    ['cursor=%F0%9F', 'INVALID_CURSOR'],
    [`cursor=${Buffer.from(`["0000-01-01T00:00:00.000Z","${randomUUID()}"]`).toString('base64url')}`, 'INVALID_CURSOR'],
  ])('refuses %s', async (query, code) => {
    expect(await list(query)).toMatchObject({ status: 400, body: { code } });
  });
});

describe('who may', () => {
  it.each([
    ['GET', '/jobs'],
    ['GET', '/jobs/stats'],
    ['GET', `/jobs/${randomUUID()}`],
    ['POST', `/jobs/${randomUUID()}/retry`],
    ['POST', '/jobs/retry'],
    ['DELETE', `/jobs/${randomUUID()}`],
    ['GET', '/queues'],
    ['POST', '/queues/process-asset/pause'],
    ['POST', '/queues/process-asset/resume'],
  ])('%s %s: administrators only', async (method, path) => {
    const body = path === '/jobs/retry' ? {} : undefined;
    expect(await user.ask(method, path, body)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await ask(stack.url, method, path, body)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  });

  it.each(['0', 'nothing', '%00', '01a1fbc0-d4fb-74b2-8ff6-359155d9f33f'])('finds no job %s', async (id) => {
    for (const [method, path] of [
      ['GET', `/jobs/${id}`],
      ['DELETE', `/jobs/${id}`],
      ['POST', `/jobs/${id}/retry`],
    ] as const)
      expect(await admin.ask(method, path)).toMatchObject({ status: 404, body: { code: 'JOB_NOT_FOUND' } });
  });
});
