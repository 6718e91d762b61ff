import { randomUUID } from 'node:crypto';
import { createLogger } from '#libs/telemetry/logger.js';
import { createDatabase, type TestDatabase } from '../../../../tests/support/database.js';
import { QueueLab } from '../../../../tests/support/queue-lab.js';
import type { Caller, Origin } from '../http/access.js';
import { RetryJobs } from './retry-jobs.js';
import { WakeWorkers } from './wake-workers.js';

const logger = createLogger('test', { LOG_LEVEL: 'silent', LOG_FORMAT: 'json' });
const caller: Caller = {
  userId: randomUUID(),
  tenantId: randomUUID(),
  sessionId: randomUUID(),
  role: 'ADMIN',
  tenantRole: 'OWNER',
  key: null,
};
const origin: Origin = { ip: '127.0.0.1', userAgent: null, requestId: 'test' };

/** More than two transactions' worth. */
const MANY = 1_100;

describe('retrying jobs', () => {
  let server: TestDatabase;
  let lab: QueueLab;
  let retryJobs: RetryJobs;

  beforeAll(async () => {
    server = await createDatabase();
    lab = await QueueLab.open({ databaseUrl: server.url });
    retryJobs = new RetryJobs(lab.database, new WakeWorkers(lab.database, lab.dispatcher, logger));
  });
  beforeEach(() => lab.database.client.auditLog.deleteMany());
  afterEach(() => lab.reset());
  afterAll(async () => {
    await lab.close();
    await server.drop();
  });

  const fail = (count: number, code = 'TIMED_OUT', tenantId = caller.tenantId) => lab.database.client.$executeRaw`
    INSERT INTO jobs (id, kind, tenant_id, state, fair_tag, max_attempts, attempts, error_code, created_at, finished_at)
    SELECT gen_random_uuid(), 'delete-objects', ${tenantId}::uuid, 'FAILED', 0, 5, 5, ${code},
      now() - (i / 10) * interval '1 second', now() FROM generate_series(1, ${count}::int) AS i`;

  const retried = () => lab.database.client.job.count({ where: { state: 'WAITING', attempts: 0 } });

  it('puts every one that matches back, with a turn and a wake-up for each', async () => {
    await fail(MANY);
    await fail(3, 'CORRUPT_FILE');
    expect(await retryJobs.many({ errorCode: 'TIMED_OUT' }, caller, origin)).toBe(MANY);
    expect(await retried()).toBe(MANY);
    expect(await lab.database.client.job.count({ where: { state: 'FAILED' } })).toBe(3);
    const turns = await lab.database.client.job.groupBy({ by: ['fairTag'], where: { state: 'WAITING' } });
    expect(turns).toHaveLength(MANY);
    expect(await lab.dispatcher.ready('delete-objects')).toBe(MANY);
  });

  it('leaves alone what another tenant has, and what another asset', async () => {
    const [tenantId, assetId] = [randomUUID(), randomUUID()];
    await fail(2);
    await fail(3, 'TIMED_OUT', tenantId);
    expect(await retryJobs.many({ tenantId, assetId }, caller, origin)).toBe(0);
    expect(await retryJobs.many({ tenantId }, caller, origin)).toBe(3);
    expect(await lab.database.client.job.count({ where: { tenantId: caller.tenantId, state: 'FAILED' } })).toBe(2);
    expect(await lab.database.client.auditLog.findMany()).toMatchObject([{ payload: { tenantId, assetId: null } }]);
  });

  it('is written down once', async () => {
    await fail(MANY);
    await retryJobs.many({ kind: 'delete-objects' }, caller, origin);
    expect(await lab.database.client.auditLog.findMany()).toMatchObject([
      { action: 'job.retried', actorId: caller.userId, payload: { kind: 'delete-objects', errorCode: null } },
    ]);
  });

  it('is not written down when there was nothing to retry', async () => {
    expect(await retryJobs.many({}, caller, origin)).toBe(0);
    expect(await lab.database.client.auditLog.count()).toBe(0);
  });

  it('counts none twice when two administrators ask at once', async () => {
    await fail(MANY);
    const counts = await Promise.all([1, 2].map(() => retryJobs.many({}, caller, origin)));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(MANY);
    expect(await retried()).toBe(MANY);
  });

  it('leaves jobs alone that have nothing to work on any more', async () => {
    const { jobId } = await lab.record({ assetId: randomUUID() });
    await lab.database.client.job.update({ where: { id: jobId }, data: { state: 'FAILED' } });
    expect(await retryJobs.many({}, caller, origin)).toBe(0);
    await expect(retryJobs.one(jobId, caller, origin)).rejects.toMatchObject({ code: 'JOB_NOT_RETRYABLE' });
  });

  it('retries one job once, however many ask at once', async () => {
    await fail(1);
    const { id } = await lab.database.client.job.findFirstOrThrow();
    const asked = await Promise.allSettled(Array.from({ length: 10 }, () => retryJobs.one(id, caller, origin)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of asked)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'JOB_NOT_RETRYABLE' });
    expect(await lab.database.client.auditLog.count()).toBe(1);
  });

  it('succeeds although the queue cannot be told', async () => {
    await fail(2);
    const queueless = new WakeWorkers(lab.database, lab.dispatcherOfAnAbsentQueue(), logger);
    expect(await new RetryJobs(lab.database, queueless).many({}, caller, origin)).toBe(2);
    expect(await retried()).toBe(2);
  });
});
