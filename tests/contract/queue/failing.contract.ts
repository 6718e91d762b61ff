import { v7 as uuidv7 } from 'uuid';
import { recordEvent } from '#libs/events/record.js';
import type { GiveUp, JobHandler } from '#libs/queue/job-runner.js';
import type { JobFailure } from '#libs/queue/leases.js';
import { AskedFailure, type QueueLab } from '../../support/queue-lab.js';
import { gate, until } from '../../support/until.js';

const failing = (failure: JobFailure): JobHandler['run'] => {
  return () => Promise.reject(new AskedFailure(failure));
};

const remember: GiveUp = (tx, { tenantId, id }, { code, detail }) =>
  recordEvent(tx, { type: 'asset.failed', tenantId, subjectId: id, payload: { code, reason: detail } });

const BUSY: JobFailure = { code: 'STORE_UNAVAILABLE', detail: 'The store did not answer.', permanent: false };
const CORRUPT: JobFailure = { code: 'CORRUPT_FILE', detail: 'The file is damaged.', permanent: true };

export function describeFailing(lab: () => QueueLab): void {
  const deletion = { kind: 'delete-objects', payload: { prefix: `${uuidv7()}/${uuidv7()}/` } } as const;

  describe('failing', () => {
    it('waits after a failure that may pass, then tries again', async () => {
      const second = gate();
      const run = jest.fn<ReturnType<JobHandler['run']>, []>(async () => {
        await second.opened;
        return () => Promise.resolve([]);
      });
      run.mockRejectedValueOnce(new AskedFailure(BUSY));
      lab().startWorker({ handlers: { 'delete-objects': { run, giveUp: remember } } });
      const id = await lab().enqueue(deletion);
      // Until the second attempt is over, the job says this of the first.
      const delayed = await until(
        () => lab().job(id),
        ({ attempts }) => attempts === 1,
      );
      expect(delayed).toMatchObject({ attempts: 1, errorCode: BUSY.code, error: BUSY.detail, finishedAt: null });
      const [first] = delayed.runs;
      const waits = delayed.runAt.getTime() - (first?.finishedAt?.getTime() ?? 0);
      expect(waits).toBeGreaterThanOrEqual(499);
      expect(waits).toBeLessThanOrEqual(1_001);
      second.open();
      const done = await lab().reached(id, 'COMPLETED');
      expect(done).toMatchObject({ attempts: 2, errorCode: null, error: null });
      expect(done.runs).toMatchObject([{ outcome: 'FAILED', errorCode: BUSY.code }, { outcome: 'COMPLETED' }]);
      expect(done.startedAt?.getTime()).toBeGreaterThanOrEqual(delayed.runAt.getTime());
      expect(await lab().database.client.event.count()).toBe(0);
    });

    it('gives up at once what cannot succeed, and says so in the same transaction', async () => {
      lab().startWorker({ handlers: { 'process-asset': { run: failing(CORRUPT), giveUp: remember } } });
      const id = await lab().enqueue();
      const job = await lab().reached(id, 'FAILED');
      expect(job).toMatchObject({ attempts: 1, errorCode: CORRUPT.code, error: CORRUPT.detail, leaseToken: null });
      const [row] = await lab().database.client.$queryRaw<{ together: boolean; payload: unknown }[]>`
        SELECT jobs.xmin = events.xmin AS together, events.payload FROM jobs JOIN events ON events.subject_id = jobs.id`;
      expect(row).toEqual({ together: true, payload: { code: CORRUPT.code, reason: CORRUPT.detail } });
    });

    it('is FAILED when its attempts are used up', async () => {
      lab().startWorker({ handlers: { 'delete-objects': { run: failing(BUSY), giveUp: remember } } });
      const token = await lab().record(deletion);
      await lab().database.client.job.update({ where: { id: token.jobId }, data: { maxAttempts: 2 } });
      await lab().dispatcher.dispatch([token]);
      const job = await lab().reached(token.jobId, 'FAILED');
      expect(job).toMatchObject({ attempts: 2, starts: 2, errorCode: BUSY.code });
      expect(await lab().database.client.event.count()).toBe(1);
    });

    it('allows fewer attempts to a failure that harms the worker', async () => {
      lab().startWorker({ handlers: { 'process-asset': { run: failing({ ...BUSY, maxAttempts: 1 }) } } });
      const id = await lab().enqueue();
      expect(await lab().reached(id, 'FAILED', 'DELAYED')).toMatchObject({ state: 'FAILED', attempts: 1 });
    });

    it('writes down an error that PostgreSQL cannot hold as it is', async () => {
      const technical = `bad tag \0 at ${'x'.repeat(100_000)}`;
      lab().startWorker({ handlers: { 'process-asset': { run: failing({ ...CORRUPT, technical }) } } });
      const id = await lab().enqueue();
      const job = await lab().reached(id, 'FAILED');
      expect(job.error).toContain('bad tag');
      expect(job.error?.length).toBeLessThan(5_000);
    });

    it('ends a run that takes longer than it may', async () => {
      let reason: unknown;
      const run: JobHandler['run'] = (_job, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            reject(new Error('stopped'));
          });
        });
      lab().startWorker({ handlers: { 'delete-objects': { run } }, timeoutSeconds: 0.1 });
      const token = await lab().record(deletion);
      await lab().database.client.job.update({ where: { id: token.jobId }, data: { maxAttempts: 2 } });
      await lab().dispatcher.dispatch([token]);
      // It may have come to its second end before anybody looks.
      const job = await lab().reached(token.jobId, 'FAILED');
      expect(reason).toMatchObject({ name: 'JobTimeoutError' });
      expect(job.runs).toMatchObject(Array(2).fill({ outcome: 'FAILED', errorCode: 'JobTimeoutError' }));
    });

    it('is given to somebody else when giving up fails', async () => {
      const giveUp = jest.fn(remember).mockRejectedValueOnce(new Error('no room'));
      const handlers = { 'process-asset': { run: failing(CORRUPT), giveUp } };
      const { outcomes } = lab().startWorker({ handlers });
      const id = await lab().enqueue();
      await lab().reached(id, 'ACTIVE');
      await until(
        () => outcomes,
        ([outcome]) => outcome === 'lost',
      );
      expect(await lab().job(id)).toMatchObject({ state: 'ACTIVE', errorCode: null });
      await lab().expireLeases();
      await lab().reconciler(handlers).reconcile();
      expect(await lab().reached(id, 'FAILED')).toMatchObject({ starts: 2, attempts: 1, losses: 1 });
    });
  });
}
