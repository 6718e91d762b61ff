import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lease, LeaseRequest } from '#libs/playback/lease.js';
import type { LeaseStore } from '#libs/playback/lease-store.js';
import { until } from '../support/until.js';

const LIMIT = 3;

const about = { filename: 'Ärger.mp4', device: 'Firefox on Linux', userAgent: null, role: 'USER', language: 'de' };

export const leaseRequest = (userId: string, told: Partial<LeaseRequest> = {}): LeaseRequest => ({
  id: randomUUID(),
  userId,
  sessionId: randomUUID(),
  tenantId: randomUUID(),
  assetId: randomUUID(),
  about,
  ...told,
});

/** A silence that no test outlasts, however busy the machine is, and one that tests wait for; seconds. */
export const PATIENT_SECONDS = 60;
export const HASTY_SECONDS = 1;

/** Of two processes, on one server. */
export type Pair = [LeaseStore, LeaseStore];

/** What playback relies on, wherever its leases are. The stores are made with the silence that they are named after. */
export function describeLeaseStore(patient: () => Pair, hasty: () => Pair): void {
  const silenceMs = HASTY_SECONDS * 1000;
  let stores = patient;
  const store = (index = 0): LeaseStore => stores()[index % 2] ?? stores()[0];

  async function taken(userId: string, told: Partial<LeaseRequest> = {}): Promise<Lease> {
    const admission = await store().take(leaseRequest(userId, told), LIMIT);
    if (!admission.admitted) throw new Error('there was no place');
    return admission.lease;
  }
  const ids = (leases: readonly Lease[]): string[] => leases.map(({ id }) => id).sort();

  describe('admission', () => {
    it('gives as many places as there are, and tells who has them when there is none', async () => {
      const userId = randomUUID();
      const request = leaseRequest(userId);
      const first = await store().take(request, LIMIT);
      expect(first).toEqual({
        admitted: true,
        lease: { ...request, startedAt: expect.any(Date) as Date, expiresAt: expect.any(Date) as Date },
      });
      const others = [await taken(userId), await taken(userId)];
      const refused = await store(1).take(leaseRequest(userId), LIMIT);
      expect(refused).toMatchObject({ admitted: false });
      expect(ids(refused.admitted ? [] : refused.active)).toEqual(ids([request as Lease, ...others]));
      expect(await store(1).list(userId)).toEqual(refused.admitted ? [] : refused.active);
    });

    it('asks for no other account', async () => {
      const userId = randomUUID();
      for (let count = 0; count < LIMIT; count++) await taken(userId);
      await taken(randomUUID());
    });

    it('admits nobody where the limit is none, and more where it is raised', async () => {
      const userId = randomUUID();
      expect(await store().take(leaseRequest(userId), 0)).toEqual({ admitted: false, active: [] });
      for (let count = 0; count < LIMIT; count++) await taken(userId);
      expect(await store().take(leaseRequest(userId), LIMIT + 1)).toMatchObject({ admitted: true });
    });

    it('admits exactly as many of 300 that ask two processes at once', async () => {
      const userId = randomUUID();
      const all = await Promise.all(
        Array.from({ length: 300 }, (_, index) => store(index).take(leaseRequest(userId), LIMIT)),
      );
      const admitted = all.flatMap((one) => (one.admitted ? [one.lease] : []));
      expect(admitted).toHaveLength(LIMIT);
      expect(ids(await store().list(userId))).toEqual(ids(admitted));
      for (const one of all) if (!one.admitted) expect(ids(one.active)).toEqual(ids(admitted));
    });
  });

  describe('silence', () => {
    beforeAll(() => (stores = hasty));
    afterAll(() => (stores = patient));

    it('gives a place away when it has lasted, and no sooner', async () => {
      const userId = randomUUID();
      const held = [await taken(userId), await taken(userId), await taken(userId)];
      const [oldest] = held;
      const admission = await until(
        () => store(1).take(leaseRequest(userId), LIMIT),
        ({ admitted }) => admitted,
      );
      if (!admission.admitted || !oldest) throw new Error('unreachable');
      // Both by the store's clock, in whole milliseconds.
      expect(admission.lease.startedAt.getTime()).toBeGreaterThanOrEqual(oldest.expiresAt.getTime() - 1);
      expect(oldest.expiresAt.getTime() - oldest.startedAt.getTime()).toBe(silenceMs);
    });

    it('does not begin as long as there are signs of life, which say how long each was', async () => {
      const { gained, lasted } = (await until(heardOf, (heard) => heard !== null)) ?? { gained: 0, lasted: NaN };
      expect(Math.abs(gained - lasted)).toBeLessThan(50);
    });

    /** Milliseconds, as beats said and as the lease says; null where it was this test that was silent for too long. */
    async function heardOf(): Promise<{ gained: number; lasted: number } | null> {
      const userId = randomUUID();
      let heard = performance.now();
      const { id, startedAt } = await taken(userId);
      let gained = 0;
      let last = startedAt;
      for (const end = heard + 2.5 * silenceMs; heard < end; await delay(silenceMs / 10)) {
        const sent = performance.now();
        const beat = await store(1).beat(userId, id);
        if (!beat && performance.now() - heard >= silenceMs) return null;
        if (!beat) throw new Error('it was given away');
        heard = sent;
        gained += beat.gainedMs;
        last = new Date(beat.expiresAt.getTime() - silenceMs);
        expect(beat).toMatchObject({ id, userId, about, startedAt });
      }
      return { gained, lasted: last.getTime() - startedAt.getTime() };
    }

    it('is final: what is over is not revived, and takes no place', async () => {
      const userId = randomUUID();
      const { id } = await taken(userId);
      await until(
        () => store().list(userId),
        (leases) => leases.length === 0,
      );
      expect(await store().beat(userId, id)).toBeNull();
      expect(await store().end(userId, id)).toBeNull();
      expect(await store().list(userId)).toEqual([]);
    });

    it('lets nobody in for a player that is heard of in the same moment', async () => {
      for (let round = 0; round < 4; round++) {
        const userId = randomUUID();
        const held = await Promise.all(Array.from({ length: LIMIT }, () => taken(userId)));
        const alive = new Set(ids(held));
        await delay(silenceMs - 40);
        for (const end = Date.now() + 120; Date.now() < end;) {
          const beats = held.map(async ({ id }, index) => {
            if (!(await store(index).beat(userId, id))) alive.delete(id);
          });
          const plays = [0, 1].map(async (index) => {
            const admission = await store(index).take(leaseRequest(userId), LIMIT);
            if (admission.admitted) alive.add(admission.lease.id);
          });
          await Promise.all([...beats, ...plays]);
        }
        expect((await store().list(userId)).length).toBeLessThanOrEqual(LIMIT);
        for (const id of alive) if (!(await store().beat(userId, id))) alive.delete(id);
        expect(alive.size).toBeLessThanOrEqual(LIMIT);
      }
    });
  });

  describe('a place', () => {
    it('is renewed by nobody but its account', async () => {
      const [userId, stranger] = [randomUUID(), randomUUID()];
      const lease = await taken(userId);
      expect(await store().beat(stranger, lease.id)).toBeNull();
      expect(await store().end(stranger, lease.id)).toBeNull();
      expect((await store().list(userId))[0]?.expiresAt).toEqual(lease.expiresAt);
    });

    it('can be given back once, which frees it at once', async () => {
      const userId = randomUUID();
      const held = [await taken(userId), await taken(userId), await taken(userId)];
      const id = held[0]?.id ?? '';
      expect(await store(1).end(userId, id)).toMatchObject({ id, about, gainedMs: expect.any(Number) as number });
      expect(await store().end(userId, id)).toBeNull();
      expect(await store().beat(userId, id)).toBeNull();
      await taken(userId);
    });

    it('goes with its session, and with its account', async () => {
      const [userId, sessionId] = [randomUUID(), randomUUID()];
      const [one, two, other] = [
        await taken(userId, { sessionId }),
        await taken(userId, { sessionId }),
        await taken(userId),
      ];
      expect(ids(await store().endAll(randomUUID(), sessionId))).toEqual([]);
      expect(ids(await store().endAll(userId, sessionId))).toEqual(ids([one, two]));
      expect(ids(await store().list(userId))).toEqual([other.id]);
      expect(ids(await store().endAll(userId))).toEqual([other.id]);
      expect(await store().list(userId)).toEqual([]);
    });
  });

  it('says once how long it was since the last sign of life, to however many are heard of at once', async () => {
    const userId = randomUUID();
    const { id, startedAt } = await taken(userId);
    const others = await Promise.all(Array.from({ length: 20 }, () => taken(randomUUID())));
    await until(
      () => Date.now() - startedAt.getTime(),
      (passed) => passed > 400,
    );
    // The segments of a player's sound and pictures, while the store is busy with others.
    const busy = others.map((other) => store().beat(other.userId, other.id));
    const beats = await Promise.all(Array.from({ length: 10 }, () => store().beat(userId, id)));
    await Promise.all(busy);
    const gained = beats.reduce((sum, beat) => sum + (beat?.gainedMs ?? NaN), 0);
    const last = Math.max(...beats.map((beat) => beat?.expiresAt.getTime() ?? NaN)) - PATIENT_SECONDS * 1000;
    expect(Math.abs(gained - (last - startedAt.getTime()))).toBeLessThan(50);
  });

  it('hears two thousand players at once, each of them itself', async () => {
    const users = Array.from({ length: 200 }, () => randomUUID());
    const leases = await Promise.all(users.map((userId) => taken(userId)));
    const beats = await Promise.all(
      Array.from({ length: 2_000 }, (_, index) => {
        const lease = leases[index % leases.length];
        return store(index).beat(lease?.userId ?? '', lease?.id ?? '');
      }),
    );
    beats.forEach((beat, index) => expect(beat?.id).toBe(leases[index % leases.length]?.id));
  });
}
