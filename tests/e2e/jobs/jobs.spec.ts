import { JOB_KINDS } from '#libs/queue/job-kinds.js';
import { randomUUID } from 'node:crypto';
import { signUp, type Account, type AssetBody } from '../../support/account.js';
import { hugePng, photo } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

interface JobBody {
  id: string;
  kind: string;
  state: string;
  assetId: string | null;
  attemptsMade: number;
  losses: number;
  errorCode: string | null;
  error: string | null;
  attempts: { number: number; outcome: string; workerId: string; errorCode: string | null; error: string | null }[];
}

interface PageBody<Item> {
  items: Item[];
  nextCursor: string | null;
}

interface CountsBody {
  waiting: number;
  completed: number;
  failed: number;
  oldestWaitingSeconds: number;
}

interface QueueBody {
  name: string;
  paused: boolean;
  counts: CountsBody;
}

let stack: Stack;
let user: Account;
let admin: Account;
let jpeg: Buffer;

beforeAll(async () => {
  stack = await startStack();
  [admin, user, jpeg] = await Promise.all([stack.admin(), signUp(stack.url), photo(320, 240)]);
});
afterAll(() => stack.stop());

const jobsOf = async (assetId: string) =>
  (await admin.ask<PageBody<JobBody>>('GET', `/jobs?assetId=${assetId}`)).body.items;

const job = (id: string) => admin.ask<JobBody>('GET', `/jobs/${id}`);

const jobOf = async (assetId: string): Promise<JobBody> => {
  const [first] = await jobsOf(assetId);
  return (await job(first?.id ?? 'none')).body;
};

const setPaused = (paused: boolean, name = 'process-asset') =>
  admin.ask<QueueBody>('POST', `/queues/${name}/${paused ? 'pause' : 'resume'}`);

const asset = async (id: string) => (await user.ask<AssetBody>('GET', `/assets/${id}`)).body;

/** A picture that no attempt can make anything of. */
const uploadHopeless = async () => {
  const { assetId } = await user.upload(hugePng(), { filename: 'huge.png', contentType: 'image/png' });
  expect(await user.settled(assetId)).toMatchObject({ status: 'FAILED' });
  return assetId;
};

/** An asset whose job waits, because nobody takes jobs until the queue is resumed. */
const uploadWhilePaused = async () => {
  await setPaused(true);
  return (await user.upload(jpeg)).assetId;
};

describe('a job that succeeded', () => {
  let done: JobBody;

  beforeAll(async () => {
    const { assetId } = await user.upload(jpeg);
    await user.settled(assetId);
    done = await jobOf(assetId);
  });

  it('can be seen with its attempt', () => {
    expect(done).toMatchObject({ kind: 'process-asset', state: 'COMPLETED', attemptsMade: 1, losses: 0, error: null });
    expect(done.attempts).toMatchObject([{ number: 1, outcome: 'COMPLETED', error: null }]);
    expect(done.attempts[0]?.workerId).toContain(String(stack.workers[0]?.pid));
  });

  it('is counted', async () => {
    const { body } = await admin.ask<CountsBody & { kinds: Record<string, CountsBody> }>('GET', '/jobs/stats');
    expect(body.completed).toBeGreaterThanOrEqual(1);
    expect(body.kinds['process-asset']?.completed).toBeGreaterThanOrEqual(1);
    expect(body.kinds['delete-objects']).toMatchObject({ active: 0, paused: false });
  });

  it('is not retried', async () => {
    const { status, body } = await admin.ask('POST', `/jobs/${done.id}/retry`);
    expect([status, body.code]).toEqual([409, 'JOB_NOT_RETRYABLE']);
    expect(body.detail).toMatch(/succeeded/);
  });

  it('can be deleted, once', async () => {
    expect((await admin.ask('DELETE', `/jobs/${done.id}`)).status).toBe(204);
    expect((await job(done.id)).body).toMatchObject({ status: 404, code: 'JOB_NOT_FOUND' });
    expect((await admin.ask('DELETE', `/jobs/${done.id}`)).status).toBe(404);
    expect(await asset(done.assetId ?? '')).toMatchObject({ status: 'READY' });
  });
});

describe('a job that failed', () => {
  it('says why, starts anew when it is retried, and keeps its past', async () => {
    const assetId = await uploadHopeless();
    const failed = await jobOf(assetId);
    const { failure } = await asset(assetId);
    expect(failed).toMatchObject({ state: 'FAILED', attemptsMade: 1, errorCode: failure?.code });
    await setPaused(true);
    const retried = await admin.ask<JobBody>('POST', `/jobs/${failed.id}/retry`);
    expect(retried.status).toBe(200);
    expect(retried.body).toMatchObject({ state: 'WAITING', attemptsMade: 0, errorCode: null, error: null });
    expect(await asset(assetId)).toMatchObject({ status: 'PENDING', failure: null });
    await setPaused(false);
    expect(await user.settled(assetId)).toMatchObject({ status: 'FAILED', failure });
    expect((await jobOf(assetId)).attempts).toMatchObject([
      { number: 1, outcome: 'FAILED', errorCode: failure?.code },
      { number: 2, outcome: 'FAILED', errorCode: failure?.code },
    ]);
  });

  it('is retried with all that failed like it', async () => {
    const assetIds = [await uploadHopeless(), await uploadHopeless()];
    const { errorCode } = await jobOf(assetIds[0] ?? '');
    const other = await admin.ask('POST', '/jobs/retry', { kind: 'delete-objects', errorCode });
    expect(other).toMatchObject({ status: 200, body: { retried: 0 } });
    const { body } = await admin.ask<{ retried: number }>('POST', '/jobs/retry', { kind: 'process-asset', errorCode });
    expect(body.retried).toBeGreaterThanOrEqual(2);
    for (const assetId of assetIds) {
      const again = await until(
        () => jobOf(assetId),
        ({ state, attempts }) => state === 'FAILED' && attempts.length === 2,
      );
      expect(again.attempts.map(({ outcome }) => outcome)).toEqual(['FAILED', 'FAILED']);
    }
  });

  it('is not retried when its asset is gone', async () => {
    const assetId = await uploadHopeless();
    const { id, errorCode } = await jobOf(assetId);
    expect((await user.ask('DELETE', `/assets/${assetId}?permanent=true`)).status).toBe(204);
    const { status, body } = await admin.ask('POST', `/jobs/${id}/retry`);
    expect([status, body.code]).toEqual([409, 'JOB_NOT_RETRYABLE']);
    expect(body.detail).toMatch(/deleted/);
    await admin.ask('POST', '/jobs/retry', { errorCode });
    expect((await job(id)).body).toMatchObject({ state: 'FAILED' });
  });
});

describe('a queue', () => {
  afterEach(() => setPaused(false));

  it('is paused and resumed', async () => {
    expect(await setPaused(true)).toMatchObject({ status: 200, body: { name: 'process-asset', paused: true } });
    const { assetId } = await user.upload(jpeg);
    const { body } = await admin.ask<PageBody<QueueBody>>('GET', '/queues');
    expect(body.items.map(({ name }) => name).sort()).toEqual([...JOB_KINDS].sort());
    const queue = body.items.find(({ name }) => name === 'process-asset');
    expect(queue?.paused).toBe(true);
    expect(queue?.counts.waiting).toBeGreaterThanOrEqual(1);
    expect(await jobOf(assetId)).toMatchObject({ state: 'WAITING', attempts: [] });
    expect(await setPaused(false)).toMatchObject({ status: 200, body: { name: 'process-asset', paused: false } });
    expect(await user.settled(assetId)).toMatchObject({ status: 'READY' });
  });

  it('has a name', async () => {
    for (const paused of [true, false])
      expect(await setPaused(paused, 'nothing')).toMatchObject({ status: 404, body: { code: 'QUEUE_NOT_FOUND' } });
  });

  it('says how long its oldest job has waited', async () => {
    await uploadWhilePaused();
    const seconds = await until(
      async () => (await admin.ask<CountsBody>('GET', '/jobs/stats')).body.oldestWaitingSeconds,
      (oldest) => oldest > 0,
    );
    expect(seconds).toBeLessThan(60);
  });
});

describe('a job that waits', () => {
  afterEach(() => setPaused(false));

  it('is not retried', async () => {
    const { id } = await jobOf(await uploadWhilePaused());
    expect(await admin.ask('POST', `/jobs/${id}/retry`)).toMatchObject({
      status: 409,
      body: { code: 'JOB_NOT_RETRYABLE', detail: expect.stringMatching(/waiting/) },
    });
  });

  it('can be deleted; whoever waits for its asset is told', async () => {
    const assetId = await uploadWhilePaused();
    const { id } = await jobOf(assetId);
    expect((await admin.ask('DELETE', `/jobs/${id}`)).status).toBe(204);
    expect(await jobsOf(assetId)).toEqual([]);
    expect(await asset(assetId)).toMatchObject({ status: 'FAILED', failure: { code: 'JOB_DELETED' } });
    await setPaused(false);
    const { assetId: next } = await user.upload(jpeg);
    expect(await user.settled(next)).toMatchObject({ status: 'READY' });
  });

  it('runs at once when it was delayed and is retried', async () => {
    const assetId = await uploadWhilePaused();
    const { id } = await jobOf(assetId);
    await stack.sql(`UPDATE jobs SET state = 'DELAYED', run_at = now() + interval '1 hour' WHERE id = '${id}'`);
    await setPaused(false);
    expect(await admin.ask('POST', `/jobs/${id}/retry`)).toMatchObject({ status: 200, body: { id } });
    expect(await user.settled(assetId)).toMatchObject({ status: 'READY' });
  });
});

describe('a job that waits and is cancelled', () => {
  afterEach(() => setPaused(false));

  it('never runs, says who ended it, and its asset why; tried again, it makes the asset', async () => {
    const assetId = await uploadWhilePaused();
    const { id } = await jobOf(assetId);
    expect(await admin.ask('POST', `/jobs/${id}/cancel`)).toMatchObject({
      status: 200,
      body: { state: 'CANCELLED', errorCode: 'JOB_CANCELLED', error: expect.stringMatching(/administrator/) },
    });
    expect(await asset(assetId)).toMatchObject({ status: 'FAILED', failure: { code: 'JOB_CANCELLED' } });
    await setPaused(false);
    expect(await admin.ask('POST', `/jobs/${id}/retry`)).toMatchObject({ status: 200 });
    expect(await user.settled(assetId)).toMatchObject({ status: 'READY' });
  });
});

describe('a job that is running', () => {
  it('can neither be deleted nor retried', async () => {
    const id = randomUUID();
    await stack.sql(`INSERT INTO jobs (id, kind, tenant_id, state, fair_tag, max_attempts, lease_token, lease_expires_at)
      VALUES ('${id}', 'delete-objects', '${randomUUID()}', 'ACTIVE', 0, 5, '${randomUUID()}', now() + interval '1 hour')`);
    expect(await admin.ask('DELETE', `/jobs/${id}`)).toMatchObject({ status: 409, body: { code: 'JOB_ACTIVE' } });
    const retry = await admin.ask('POST', `/jobs/${id}/retry`);
    expect(retry).toMatchObject({ status: 409, body: { code: 'JOB_NOT_RETRYABLE' } });
    const cancel = await admin.ask('POST', `/jobs/${id}/cancel`);
    expect(cancel).toMatchObject({ status: 409, body: { code: 'JOB_NOT_CANCELLABLE' } });
    expect((await job(id)).body).toMatchObject({ state: 'ACTIVE' });
  });
});
