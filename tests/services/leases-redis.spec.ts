import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { LeasesUnavailableError } from '#libs/playback/lease-store.js';
import { RedisLeases } from '#libs/playback/redis-leases.js';
import { describeLeaseStore, HASTY_SECONDS, leaseRequest, PATIENT_SECONDS } from '../contract/lease-store.contract.js';
import { RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';

describe('leases in Redis', () => {
  let patient: [RedisLeases, RedisLeases];
  let hasty: [RedisLeases, RedisLeases];
  // One of its own: what it is made to suffer must not reach other tests.
  let redis: RedisServer;
  let admin: Redis;

  /** Redis answers, however busy the machine is, but where a test lets it stand still. */
  async function connect(silenceSeconds: number, patienceMs = 100_000): Promise<RedisLeases> {
    const store = new RedisLeases(redis.url, silenceSeconds, () => undefined, patienceMs);
    // Commands before the connection stands fail, as they are meant to.
    const connected = () => store.list(randomUUID()).then(Boolean, () => false);
    await until(connected, Boolean);
    return store;
  }

  beforeAll(async () => {
    redis = await RedisServer.open();
    admin = new Redis(redis.url);
    patient = [await connect(PATIENT_SECONDS), await connect(PATIENT_SECONDS)];
    hasty = [await connect(HASTY_SECONDS), await connect(HASTY_SECONDS)];
  });
  afterAll(async () => {
    for (const store of [...patient, ...hasty]) store.close();
    await admin.quit();
    await redis.kill();
  });

  describeLeaseStore(
    () => patient,
    () => hasty,
  );

  it('keeps what belongs to an account on one node of a cluster, and no longer than it is good for', async () => {
    const request = leaseRequest(randomUUID());
    const began = Date.now();
    await patient[0].take(request, 3);
    const key = `playback:{${request.userId}}`;
    const left = await admin.pttl(key);
    expect(left).toBeGreaterThan((PATIENT_SECONDS - 1) * 1000 - (Date.now() - began));
    expect(left).toBeLessThanOrEqual(PATIENT_SECONDS * 1000);
    await patient[0].end(request.userId, request.id);
    expect(await admin.exists(key)).toBe(0);
  });

  it('asks Redis once a call, also when it has forgotten the scripts', async () => {
    const request = leaseRequest(randomUUID());
    await patient[0].take(request, 3);
    await admin.script('FLUSH');
    expect(await patient[0].beat(request.userId, request.id)).not.toBeNull();
    // Of all that this Redis is asked meanwhile, also by others, what concerns this account.
    const monitor = await admin.monitor();
    const asked: string[] = [];
    monitor.on('monitor', (_time: string, [command = '', ...rest]: string[], source: string) => {
      if (source !== 'lua' && rest.join(' ').includes(request.userId)) asked.push(command.toLowerCase());
    });
    for (let count = 0; count < 10; count++) await patient[0].beat(request.userId, request.id);
    await admin.get(`end of ${request.userId}`);
    await until(
      () => asked.at(-1),
      (last) => last === 'get',
    );
    monitor.disconnect();
    expect(asked).toEqual([...Array<string>(10).fill('evalsha'), 'get']);
  });

  it('lets nobody in while Redis does not answer, says so, and goes on where it was', async () => {
    const userId = randomUUID();
    const held = [leaseRequest(userId), leaseRequest(userId), leaseRequest(userId)];
    for (const request of held) await patient[0].take(request, 3);
    const hurried = await connect(PATIENT_SECONDS, 2_000);
    redis.freeze();
    const asked = Array.from({ length: 5 }, () => hurried.take(leaseRequest(userId), 3));
    for (const outcome of await Promise.allSettled(asked))
      expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(LeasesUnavailableError);
    redis.goOn();
    hurried.close();
    const refused = await until(
      () => patient[1].take(leaseRequest(userId), 3).catch(() => null),
      (admission) => admission !== null,
    );
    expect(refused).toMatchObject({ admitted: false, active: { length: 3 } });
  });
});
