import { v7 as uuidv7 } from 'uuid';
import type { JobHandler } from '#libs/queue/job-runner.js';
import { requeue } from '#libs/queue/requeue.js';
import type { QueueLab } from '../../support/queue-lab.js';
import { gate, until } from '../../support/until.js';

/** Writes down whose turn it was. */
const inOrder = (tenants: string[]): JobHandler['run'] => {
  return ({ tenantId }) => {
    tenants.push(tenantId);
    return Promise.resolve(() => Promise.resolve([]));
  };
};

export function describeFairness(lab: () => QueueLab): void {
  const record = async (tenantId: string, count: number) => {
    for (let made = 0; made < count; made++) await lab().record({ tenantId });
  };
  /** Serves that many jobs as one worker would, and says whose they were. */
  const serve = async (count: number, afterEach?: (tenantId: string) => Promise<void>) => {
    const served: string[] = [];
    const leases = lab().leases();
    for (let turn = 0; turn < count; turn++) {
      const job = await leases.claim('process-asset');
      if (!job) break;
      await lab().database.transaction((tx) => leases.complete(tx, job));
      served.push(job.tenantId);
      await afterEach?.(job.tenantId);
    }
    return served;
  };
  const turnsOf = (tenantId: string, served: string[]) => served.filter((one) => one === tenantId).length;

  describe('fairness', () => {
    it('serves one who comes now before the rest of another’s three hundred', async () => {
      const [a, b] = [uuidv7(), uuidv7()];
      const served: string[] = [];
      const first = gate();
      const note = inOrder(served);
      const run: JobHandler['run'] = async (job, signal) => {
        const commit = await note(job, signal);
        await first.opened;
        return commit;
      };
      await record(a, 300);
      lab().startWorker({ handlers: { 'process-asset': { run } } });
      await lab().reconciler().reconcile();
      await until(
        () => served,
        (tenants) => tenants.length === 1,
      );
      await lab().enqueue({ tenantId: b });
      first.open();
      await until(
        () => served,
        (tenants) => tenants.length >= 3,
      );
      expect(served.slice(0, 3)).toEqual([a, b, a]);
    });

    it('shares between two tenants who have as much to do', async () => {
      const [a, b] = [uuidv7(), uuidv7()];
      await record(a, 100);
      await record(b, 100);
      const share = turnsOf(a, await serve(100));
      expect(share).toBeGreaterThanOrEqual(45);
      expect(share).toBeLessThanOrEqual(55);
    });

    it('does not starve one who has much to do for those who have little without end', async () => {
      const heavy = uuidv7();
      const light = Array.from({ length: 4 }, () => uuidv7());
      await record(heavy, 40);
      for (const tenantId of light) await record(tenantId, 1);
      const served = await serve(100, async (tenantId) => {
        if (tenantId !== heavy) await record(tenantId, 1);
      });
      expect(turnsOf(heavy, served)).toBeGreaterThanOrEqual(18);
      for (const tenantId of light) expect(turnsOf(tenantId, served)).toBeGreaterThanOrEqual(18);
    });

    it('gives no credit for having been away', async () => {
      const [a, b] = [uuidv7(), uuidv7()];
      await record(a, 60);
      await serve(30);
      await record(b, 30);
      const share = turnsOf(b, await serve(20));
      expect(share).toBeGreaterThanOrEqual(9);
      expect(share).toBeLessThanOrEqual(11);
    });

    it('does bulk work when nobody waits', async () => {
      const [a, b] = [uuidv7(), uuidv7()];
      for (let made = 0; made < 3; made++) await lab().record({ tenantId: a, tier: 'bulk' });
      await record(b, 2);
      expect(await serve(5)).toEqual([b, b, a, a, a]);
    });

    it('lines up what is put back like new work', async () => {
      const [a, b] = [uuidv7(), uuidv7()];
      await record(a, 4);
      const rows = await lab().database.client.job.findMany({ orderBy: { id: 'asc' } });
      await lab().database.client.job.updateMany({ data: { state: 'FAILED' } });
      await record(b, 4);
      await lab().database.transaction((tx) =>
        requeue(
          tx,
          rows.map((row) => row.id),
        ),
      );
      const tags = await lab().database.client.job.findMany({ where: { tenantId: a }, orderBy: { id: 'asc' } });
      expect(tags.map((row) => Number(row.fairTag))).toEqual([4, 5, 6, 7]);
      expect(await serve(8)).toEqual([b, b, b, b, a, a, a, a]);
    });
  });
}
