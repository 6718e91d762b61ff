import { v7 as uuidv7 } from 'uuid';
import { cancelJobsOf } from '#libs/queue/cancel.js';
import type { JobHandler } from '#libs/queue/job-runner.js';
import { requeue } from '#libs/queue/requeue.js';
import { matchQueue } from '#libs/queue/wake-ups.js';
import { createLogger } from '#libs/telemetry/logger.js';
import type { QueueLab } from '../../support/queue-lab.js';
import { until } from '../../support/until.js';

const logger = createLogger('test', { LOG_LEVEL: 'silent', LOG_FORMAT: 'json' });

export function describeControl(lab: () => QueueLab): void {
  const match = () => matchQueue({ database: lab().database, dispatcher: lab().dispatcher, logger }, 'process-asset');
  const setPaused = (paused: boolean) =>
    lab().database.client.queue.upsert({
      where: { name: 'process-asset' },
      create: { name: 'process-asset', paused },
      update: { paused },
    });

  describe('control', () => {
    it('takes no job of a paused queue, and goes on at once when it is resumed', async () => {
      lab().startWorker();
      await setPaused(true);
      await match();
      expect(await lab().dispatcher.isPaused('process-asset')).toBe(true);
      const id = await lab().enqueue();
      const other = await lab().enqueue({ kind: 'delete-objects', payload: { prefix: 'a/b/' } });
      await lab().reached(other, 'COMPLETED');
      expect(await lab().leases().claim('process-asset')).toBeNull();
      expect(await lab().job(id)).toMatchObject({ state: 'WAITING', starts: 0 });
      await setPaused(false);
      await match();
      await lab().reached(id, 'COMPLETED');
    });

    it('goes on although the wake-ups were used up in the pause', async () => {
      lab().startWorker();
      await setPaused(true);
      const id = await lab().enqueue();
      await until(
        () => lab().dispatcher.queue('process-asset').getJobCounts('waiting', 'prioritized', 'active'),
        (counts) => Object.values(counts).every((count) => count === 0),
      );
      expect(await lab().job(id)).toMatchObject({ state: 'WAITING', starts: 0 });
      await setPaused(false);
      await match();
      await lab().reached(id, 'COMPLETED');
    });

    it('follows the row when the queue was not told of a pause or its end', async () => {
      await setPaused(true);
      await lab().reconciler().reconcile();
      expect(await lab().dispatcher.isPaused('process-asset')).toBe(true);
      await setPaused(false);
      await lab().reconciler().reconcile();
      expect(await lab().dispatcher.isPaused('process-asset')).toBe(false);
    });

    it('ends a run that is cancelled, and lets nothing of it through', async () => {
      const [tenantId, assetId] = [uuidv7(), uuidv7()];
      let reason: unknown;
      const run: JobHandler['run'] = (_job, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            // A handler that heeds no signal: the lease alone must do.
            resolve(() => Promise.resolve([]));
          });
        });
      const { outcomes } = lab().startWorker({ handlers: { 'process-asset': { run } }, leaseSeconds: 1 });
      const id = await lab().enqueue({ tenantId, assetId });
      await lab().reached(id, 'ACTIVE');
      await lab().database.transaction((tx) => cancelJobsOf(tx, assetId, tenantId));
      await until(
        () => outcomes,
        ([outcome]) => outcome === 'lost',
      );
      expect(reason).toMatchObject({ name: 'LeaseLostError' });
      const job = await lab().job(id);
      expect(job).toMatchObject({ state: 'CANCELLED', attempts: 0 });
      expect(job.runs).toMatchObject([{ outcome: 'CANCELLED' }]);
    });

    it('never runs a job that was cancelled before its turn', async () => {
      const [tenantId, assetId] = [uuidv7(), uuidv7()];
      const id = await lab().enqueue({ tenantId, assetId });
      await lab().database.transaction((tx) => cancelJobsOf(tx, assetId, tenantId));
      lab().startWorker();
      await lab().reached(await lab().enqueue(), 'COMPLETED');
      expect(await lab().job(id)).toMatchObject({ state: 'CANCELLED', starts: 0 });
    });

    it('runs what is put back as if it had never been tried', async () => {
      const tokens = [await lab().record(), await lab().record()];
      const ids = tokens.map((token) => token.jobId);
      await lab().database.client.job.updateMany({
        data: { state: 'FAILED', attempts: 5, losses: 4, errorCode: 'TIMED_OUT', error: 'x', finishedAt: new Date() },
      });
      await lab().database.transaction((tx) => requeue(tx, ids));
      expect(await lab().job(ids[0] ?? '')).toMatchObject({
        ...{ state: 'WAITING', attempts: 0, losses: 0, errorCode: null, error: null, finishedAt: null },
      });
      lab().startWorker();
      await match();
      for (const id of ids) expect(await lab().reached(id, 'COMPLETED')).toMatchObject({ attempts: 1 });
    });
  });
}
