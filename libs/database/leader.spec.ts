import { createDatabase, type TestDatabase } from '../../tests/support/database.js';
import { until } from '../../tests/support/until.js';
import { Leader } from './leader.js';

const LOCK = 7;

let server: TestDatabase;
beforeAll(async () => {
  server = await createDatabase();
});
afterAll(() => server.drop());

const leader = (silenceMs: number) => new Leader(server.url, LOCK, silenceMs);

it('leads alone, until it is closed', async () => {
  const [first, second] = [leader(60_000), leader(60_000)];
  expect([await first.isLeader(), await second.isLeader(), await first.isLeader()]).toEqual([true, false, true]);
  await first.close();
  await until(
    () => second.isLeader(),
    (leads) => leads,
  );
  await second.close();
});

it('no longer leads when it has not asked for a while', async () => {
  const [silent, other] = [leader(200), leader(60_000)];
  expect(await silent.isLeader()).toBe(true);
  await until(
    () => other.isLeader(),
    (leads) => leads,
  );
  expect(await silent.isLeader()).toBe(false);
  await other.close();
  await silent.close();
});
