import { v7 as uuidv7 } from 'uuid';
import { recordEvent } from '#libs/events/record.js';
import { MAX_LOSSES } from '#libs/queue/job-kinds.js';
import type { GiveUp, JobHandler } from '#libs/queue/job-runner.js';
import type { JobFailure } from '#libs/queue/leases.js';
import type { QueueLab } from '../../support/queue-lab.js';
import { gate, until } from '../../support/until.js';

/** Work that leaves its maker's name behind. */
const signedBy =
  (name: string, before?: Promise<void>): JobHandler['run'] =>
  async ({ id, tenantId }) => {
    await before;
    return async (tx) => {
      const payload = { code: name, reason: '' };
      await recordEvent(tx, { type: 'asset.failed', tenantId, subjectId: id, payload });
      return [];
    };
  };

const signatures = async (lab: QueueLab) =>
  (await lab.database.client.event.findMany()).map((event) => (event.payload as { code: string }).code);

export function describeRecovery(lab: () => QueueLab): void {
  describe('recovery', () => {
    it('lets only the run that holds the lease commit', async () => {
      const slow = gate();
      const cutOff = lab().startWorker({
        handlers: { 'process-asset': { run: signedBy('cut off', slow.opened) } },
        renews: false,
        leaseSeconds: 600,
      });
      const id = await lab().enqueue();
      await lab().reached(id, 'ACTIVE');
      await lab().expireLeases();
      lab().startWorker({ handlers: { 'process-asset': { run: signedBy('successor') } } });
      await lab().reconciler().reconcile();
      const job = await lab().reached(id, 'COMPLETED');
      slow.open();
      await until(
        () => cutOff.outcomes,
        (outcomes) => outcomes.includes('lost'),
      );
      expect(await signatures(lab())).toEqual(['successor']);
      expect(job).toMatchObject({ starts: 2, attempts: 1, losses: 1 });
      expect(job.runs).toMatchObject([{ outcome: 'LOST' }, { outcome: 'COMPLETED' }]);
      expect(await lab().job(id)).toEqual(job);
    });

    it('tells a run that its lease was lost', async () => {
      let reason: unknown;
      const run: JobHandler['run'] = (_job, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            reject(new Error('stopped'));
          });
        });
      const { outcomes } = lab().startWorker({ handlers: { 'process-asset': { run } }, leaseSeconds: 1 });
      const id = await lab().enqueue();
      await lab().reached(id, 'ACTIVE');
      await lab().expireLeases();
      await lab().database.client.$executeRaw`UPDATE jobs SET lease_token = ${uuidv7()}::uuid`;
      await until(
        () => outcomes,
        ([outcome]) => outcome === 'lost',
      );
      expect(reason).toMatchObject({ name: 'LeaseLostError' });
    });

    it('ends a run whose lease could not be renewed until it ran out', async () => {
      let reason: unknown;
      const run: JobHandler['run'] = (_job, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            reject(new Error('stopped'));
          });
        });
      const cutOff = { handlers: { 'process-asset': { run } }, leaseSeconds: 1, renews: false };
      const { outcomes } = lab().startWorker(cutOff);
      const id = await lab().enqueue();
      await until(
        () => outcomes,
        ([outcome]) => outcome === 'lost',
      );
      expect(reason).toMatchObject({ name: 'LeaseLostError' });
      // It could not tell anybody: the reconciler gives the job to another worker.
      expect(await lab().job(id)).toMatchObject({ state: 'ACTIVE', attempts: 0, runs: [{ outcome: 'RUNNING' }] });
    });

    it('keeps the lease of a run that is longer than it', async () => {
      const slow = gate();
      lab().startWorker({ handlers: { 'process-asset': { run: signedBy('one', slow.opened) } }, leaseSeconds: 20 });
      const id = await lab().enqueue();
      const { leaseExpiresAt } = await lab().reached(id, 'ACTIVE');
      await until(
        () => lab().job(id),
        (job) => Number(job.leaseExpiresAt) > Number(leaseExpiresAt),
      );
      await lab().reconciler().reconcile();
      slow.open();
      expect(await lab().reached(id, 'COMPLETED')).toMatchObject({ starts: 1, losses: 0 });
    });

    it('wakes workers for jobs whose tokens were lost', async () => {
      const ids = [await lab().enqueue(), await lab().enqueue(), await lab().enqueue()];
      const queue = lab().dispatcher.queue('process-asset');
      await queue.obliterate({ force: true });
      await queue.resume();
      lab().startWorker();
      await lab().reconciler().reconcile();
      for (const id of ids) await lab().reached(id, 'COMPLETED');
    });

    it('adds no wake-ups where there are enough', async () => {
      await lab().enqueue();
      await lab().enqueue();
      await lab().reconciler().reconcile();
      expect(await lab().dispatcher.ready('process-asset')).toBe(2);
    });

    it('runs a killed run again without costing it an attempt', async () => {
      const { jobId } = await lab().record();
      await lab().leases().claim('process-asset');
      await lab().expireLeases();
      lab().startWorker();
      // Each worker looks for it.
      await Promise.all(Array.from({ length: 5 }, () => lab().reconciler().endLostRuns()));
      const job = await lab().reached(jobId, 'COMPLETED');
      expect(job).toMatchObject({ starts: 2, attempts: 1, losses: 1 });
      expect(job.runs[0]?.error).toMatch(/not heard of/);
    });

    it('quarantines a job that takes its worker down again and again', async () => {
      const givenUp: JobFailure[] = [];
      const giveUp: GiveUp = (_tx, _job, failure) => {
        givenUp.push(failure);
        return Promise.resolve();
      };
      const reconciler = lab().reconciler({ 'process-asset': { run: signedBy('nobody'), giveUp } });
      const { jobId } = await lab().record();
      for (let loss = 1; loss <= MAX_LOSSES; loss++) {
        expect(await lab().leases().claim('process-asset')).toMatchObject({ id: jobId, starts: loss });
        await lab().expireLeases();
        await reconciler.reconcile();
      }
      expect(await lab().job(jobId)).toMatchObject({ state: 'FAILED', errorCode: 'WORKER_LOST', attempts: 0 });
      expect(givenUp).toMatchObject([{ code: 'WORKER_LOST', permanent: true }]);
      expect(await lab().leases().claim('process-asset')).toBeNull();
    });

    it('hands jobs back at a shutdown, and another worker runs them at once', async () => {
      const untilAborted: JobHandler['run'] = (_job, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
      const leaving = lab().startWorker({ handlers: { 'process-asset': { run: untilAborted } } });
      const id = await lab().enqueue();
      await lab().reached(id, 'ACTIVE');
      lab().startWorker();
      // No reconciler is there to help.
      await leaving.stop(50);
      const job = await lab().reached(id, 'COMPLETED');
      expect(job).toMatchObject({ starts: 2, attempts: 1, losses: 0 });
      expect(job.runs).toMatchObject([{ outcome: 'RELEASED' }, { outcome: 'COMPLETED' }]);
    });

    it('hands back at once what it was claiming when it was told to stop', async () => {
      const { jobId } = await lab().record();
      const leaving = lab().startWorker();
      const claiming = leaving.runner.runNext('process-asset');
      await Promise.all([leaving.runner.stop(100_000), claiming]);
      const job = await lab().job(jobId);
      expect(job).toMatchObject({ state: 'WAITING', starts: 1, attempts: 0, losses: 0, leaseToken: null });
      expect(job.runs).toMatchObject([{ outcome: 'RELEASED' }]);
    });

    it('passes on a wake-up that comes while it stops', async () => {
      const leaving = lab().startWorker();
      await lab().reached(await lab().enqueue(), 'COMPLETED');
      await leaving.stop();
      const { jobId } = await lab().record();
      // As BullMQ does with a wake-up that was on its way.
      await leaving.runner.runNext('process-asset');
      lab().startWorker();
      // No reconciler is there to help.
      expect(await lab().reached(jobId, 'COMPLETED')).toMatchObject({ starts: 1 });
    });

    it('lets a run end by itself within the grace of a shutdown', async () => {
      const slow = gate();
      const leaving = lab().startWorker({ handlers: { 'process-asset': { run: signedBy('leaving', slow.opened) } } });
      const id = await lab().enqueue();
      await lab().reached(id, 'ACTIVE');
      const stopped = leaving.stop(100_000);
      slow.open();
      await stopped;
      expect(await lab().job(id)).toMatchObject({ state: 'COMPLETED', starts: 1 });
    });
  });
}
