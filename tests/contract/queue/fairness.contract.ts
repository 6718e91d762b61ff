import { v7 as uuidv7 } from 'uuid';
import { enqueue } from '#libs/queue/enqueue.js';
import type { JobHandler } from '#libs/queue/job-runner.js';
import { requeue } from '#libs/queue/requeue.js';
import type { QueueLab } from '../../support/queue-lab.js';
import { gate, until } from '../../support/until.js';

/** Writes down whose turn it was, as long as the gate is open. */
const inOrder = (tenants: string[], may: Promise<unknown> = Promise.resolve()): JobHandler => ({
  async run({ tenantId }) {
    tenants.push(tenantId);
    await may;
    return () => Promise.resolve([]);
  },
});

export function describeFairness(lab: () => QueueLab): void {
  const record = (tenantId: string, count: number) => lab().recordMany(count, { tenantId });
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
    it('serves one who comes now before the rest of another’s five thousand', async () => {
      const [a, b] = [uuidv7(), uuidv7()];
      const served: string[] = [];
      const first = gate();
      await record(a, 5_000);
      lab().startWorker({ handlers: { 'process-asset': inOrder(served, first.opened) } });
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

    it('shares the workers between two tenants with five hundred jobs each', async () => {
      const [a, b] = [uuidv7(), uuidv7()];
      const served: string[] = [];
      await record(a, 500);
      await record(b, 500);
      const handlers = { 'process-asset': inOrder(served) };
      lab().startWorker({ handlers, concurrency: 4 });
      lab().startWorker({ handlers, concurrency: 4 });
      await lab().reconciler().reconcile();
      await until(
        () => served,
        (tenants) => tenants.length >= 600,
      );
      for (const upTo of [100, 300, 600]) {
        const share = turnsOf(a, served.slice(0, upTo)) / upTo;
        expect(share).toBeGreaterThan(0.45);
        expect(share).toBeLessThan(0.55);
      }
    });

    it('does not starve one who has much to do for ten who have little without end', async () => {
      const heavy = uuidv7();
      const light = Array.from({ length: 10 }, () => uuidv7());
      const served: string[] = [];
      const run: JobHandler['run'] = ({ tenantId }) => {
        served.push(tenantId);
        if (tenantId === heavy) return Promise.resolve(() => Promise.resolve([]));
        // The next one of those who never stop is there as soon as this one is done.
        return Promise.resolve(async (tx) => [
          await enqueue(tx, { kind: 'process-asset', tenantId, payload: { version: 1 } }),
        ]);
      };
      await record(heavy, 500);
      for (const tenantId of light) await record(tenantId, 1);
      lab().startWorker({ handlers: { 'process-asset': { run } } });
      await lab().reconciler().reconcile();
      const turns = 220;
      await until(
        () => served,
        (tenants) => tenants.length >= turns,
      );
      // Eleven equals: twenty turns each, within a tenth.
      for (const tenantId of [heavy, ...light]) {
        expect(turnsOf(tenantId, served.slice(0, turns))).toBeGreaterThanOrEqual(18);
        expect(turnsOf(tenantId, served.slice(0, turns))).toBeLessThanOrEqual(22);
      }
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

    it('lines up what is tried again behind one who comes now', async () => {
      const [a, b] = [uuidv7(), uuidv7()];
      await record(a, 5);
      const leases = lab().leases();
      for (let turn = 0; turn < 5; turn++) {
        const job = await leases.claim('process-asset');
        if (!job) throw new Error('a job waits');
        const failure = { code: 'STORE_UNAVAILABLE', detail: 'The store is away.', permanent: false };
        await lab().database.transaction((tx) => leases.fail(tx, job, failure));
      }
      await lab().database.client.job.updateMany({ data: { runAt: new Date(0) } });
      await record(b, 2);
      expect(await serve(7)).toEqual([b, a, b, a, a, a, a]);
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
