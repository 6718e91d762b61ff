import { v7 as uuidv7 } from 'uuid';
import { recordEvent } from '#libs/events/record.js';
import { enqueue } from '#libs/queue/enqueue.js';
import type { LeasedJob } from '#libs/queue/leases.js';
import type { QueueLab } from '../../support/queue-lab.js';
import { until } from '../../support/until.js';

export function describeRunning(lab: () => QueueLab): void {
  describe('running', () => {
    it('runs a job once, with what it was told', async () => {
      const told: LeasedJob[] = [];
      const run = (job: LeasedJob) => {
        told.push(job);
        return Promise.resolve(() => Promise.resolve([]));
      };
      lab().startWorker({ handlers: { 'process-asset': { run } } });
      const [tenantId, assetId] = [uuidv7(), uuidv7()];
      const id = await lab().enqueue({ tenantId, assetId, payload: { version: 3 } });
      const job = await lab().reached(id, 'COMPLETED');
      expect(told).toEqual([expect.objectContaining({ id, tenantId, assetId, payload: { version: 3 }, starts: 1 })]);
      expect(job).toMatchObject({ attempts: 1, losses: 0, leaseToken: null, error: null });
      expect(job.runs).toMatchObject([{ number: 1, outcome: 'COMPLETED' }]);
      expect(job.finishedAt).not.toBeNull();
    });

    it('commits the work and the completion together, and dispatches what follows from it', async () => {
      const run = (job: LeasedJob) =>
        Promise.resolve(async (tx: Parameters<typeof enqueue>[0]) => {
          const { id: subjectId, tenantId } = job;
          await recordEvent(tx, { type: 'asset.ready', tenantId, subjectId, payload: { warnings: 0 } });
          return [await enqueue(tx, { kind: 'delete-objects', tenantId, payload: { prefix: 'a/b/' } })];
        });
      lab().startWorker({ handlers: { 'process-asset': { run } } });
      const id = await lab().enqueue();
      await lab().reached(id, 'COMPLETED');
      const [row] = await lab().database.client.$queryRaw<{ together: boolean }[]>`
        SELECT jobs.xmin = events.xmin AS together FROM jobs JOIN events ON events.subject_id = jobs.id`;
      expect(row).toEqual({ together: true });
      const next = await lab().database.client.job.findFirstOrThrow({ where: { kind: 'delete-objects' } });
      await lab().reached(next.id, 'COMPLETED');
    });

    it('leaves nothing of a job whose transaction was rolled back', async () => {
      const recorded = lab().database.transaction(async (tx) => {
        await enqueue(tx, { kind: 'process-asset', tenantId: uuidv7(), payload: { version: 1 } });
        throw new Error('changed my mind');
      });
      await expect(recorded).rejects.toThrow('changed my mind');
      expect(await lab().database.client.job.count()).toBe(0);
    });

    it('runs a job once however often it is dispatched', async () => {
      const token = await lab().record();
      await lab().dispatcher.dispatch([token, token]);
      await lab().dispatcher.dispatch([token]);
      await lab().dispatcher.addWakeUps('process-asset', 5, 'too-many');
      lab().startWorker({ concurrency: 4 });
      await lab().reached(token.jobId, 'COMPLETED');
      await until(
        () => lab().dispatcher.ready('process-asset'),
        (ready) => ready === 0,
      );
      expect((await lab().job(token.jobId)).runs).toHaveLength(1);
    });

    it('gives a job to one of ten who claim it at once', async () => {
      const { jobId } = await lab().record();
      const claims = await Promise.all(Array.from({ length: 10 }, () => lab().leases().claim('process-asset')));
      expect(claims.filter(Boolean)).toMatchObject([{ id: jobId }]);
    });

    it('gives ten jobs to ten who claim at once', async () => {
      const tokens = await Promise.all(Array.from({ length: 10 }, () => lab().record()));
      const claims = await Promise.all(tokens.map(() => lab().leases().claim('process-asset')));
      expect(claims.map((job) => job?.id).sort()).toEqual(tokens.map((token) => token.jobId).sort());
    });

    it('passes over a job that somebody else holds', async () => {
      const [held, free] = [await lab().record(), await lab().record()];
      const claimed = await lab().database.transaction(async (tx) => {
        await tx.$queryRaw`SELECT id FROM jobs WHERE id = ${held.jobId}::uuid FOR UPDATE`;
        return lab().leases().claim('process-asset');
      });
      expect(claimed?.id).toBe(free.jobId);
    });

    it('does not run a job before its time', async () => {
      const { jobId } = await lab().record({ runAt: new Date(Date.now() + 3_600_000) });
      expect(await lab().job(jobId)).toMatchObject({ state: 'DELAYED', starts: 0 });
      expect(await lab().leases().claim('process-asset')).toBeNull();
      const runAt = new Date(Date.now() + 1_000);
      const token = await lab().record({ runAt });
      lab().startWorker();
      await lab().dispatcher.dispatch([token]);
      const { startedAt } = await lab().reached(token.jobId, 'COMPLETED');
      expect(startedAt?.getTime()).toBeGreaterThanOrEqual(runAt.getTime());
    });
  });
}
