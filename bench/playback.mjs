// Admissions and heartbeats a second with so many live playbacks, on both stores of leases.
//   npm run bench:playback [-- --playbacks=100000 --seconds=10]
// Writes bench/results/playback.json and a table. PostgreSQL is one of its own, with its data flushed as in production;
// Redis is at REDIS_URL. Load generator, store and all share this machine.
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { Database } from '#libs/database/database.js';
import { migrate } from '#libs/database/migrate.js';
import { PostgresLeases } from '#libs/playback/postgres-leases.js';
import { RedisLeases } from '#libs/playback/redis-leases.js';
import { openLab } from './lab.mjs';

const SILENCE_SECONDS = 3_600;
const LIMIT = 3;
const ADMISSIONS_AT_ONCE = 64;
const HEARTBEATS_AT_ONCE = 512;

const { values } = parseArgs({
  options: { playbacks: { type: 'string', default: '100000' }, seconds: { type: 'string', default: '10' } },
});
const playbacks = Number(values.playbacks);
const milliseconds = Number(values.seconds) * 1000;

const request = (userId) => ({
  id: randomUUID(),
  userId,
  sessionId: randomUUID(),
  tenantId: randomUUID(),
  assetId: randomUUID(),
  about: { filename: 'film.mp4', device: 'Firefox on Linux', userAgent: 'Mozilla/5.0', role: 'VIEWER', language: 'en' },
});

/** Calls `work` from `atOnce` loops until it says that it is done; calls a second, and how long they took. */
async function measure(atOnce, work) {
  const times = [];
  const begun = performance.now();
  const loop = async () => {
    for (let before = performance.now(); await work(); before = performance.now())
      times.push(performance.now() - before);
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
  const seconds = (performance.now() - begun) / 1000;
  times.sort((a, b) => a - b);
  const at = (share) => Number((times[Math.floor(times.length * share)] ?? 0).toFixed(2));
  return { calls: times.length, perSecond: Math.round(times.length / seconds), p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function measureStore(store) {
  const users = Array.from({ length: Math.ceil(playbacks / LIMIT) }, () => randomUUID());
  const live = [];
  let next = 0;
  const admissions = await measure(ADMISSIONS_AT_ONCE, async () => {
    if (next >= playbacks) return false;
    const asked = request(users[next++ % users.length]);
    const { admitted } = await store.take(asked, LIMIT);
    if (!admitted) throw new Error('an account with room was refused');
    live.push({ id: asked.id, userId: asked.userId });
    return true;
  });
  const anyOf = (list) => list[Math.floor(Math.random() * list.length)];
  const end = performance.now() + milliseconds;
  const heartbeats = await measure(HEARTBEATS_AT_ONCE, async () => {
    const { id, userId } = anyOf(live);
    if (!(await store.beat(userId, id))) throw new Error('a live playback was not found');
    return performance.now() < end;
  });
  const endOfRefusals = performance.now() + milliseconds / 2;
  const refusals = await measure(ADMISSIONS_AT_ONCE, async () => {
    const { admitted } = await store.take(request(users[Math.floor(Math.random() * (users.length - 1))]), LIMIT);
    if (admitted) throw new Error('a fourth was let in');
    return performance.now() < endOfRefusals;
  });
  return { live: live.length, admissions, heartbeats, refusals };
}

async function onPostgres() {
  const lab = await openLab();
  try {
    await migrate(lab.url);
    const options = { url: lab.url, poolSize: 10, applicationName: 'bench', onIdleError: () => undefined };
    const database = new Database(options);
    const result = await measureStore(new PostgresLeases(database, SILENCE_SECONDS));
    await database.close();
    return result;
  } finally {
    await lab.close();
  }
}

async function onRedis(url) {
  const admin = new Redis(`${url.replace(/\/\d*$/, '')}/8`);
  await admin.flushdb();
  const store = new RedisLeases(`${url.replace(/\/\d*$/, '')}/8`, SILENCE_SECONDS, () => undefined);
  try {
    // Commands before the connection stands fail.
    await admin.ping();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return await measureStore(store);
  } finally {
    store.close();
    await admin.flushdb();
    await admin.quit();
  }
}

const results = { PostgreSQL: await onPostgres() };
if (process.env.REDIS_URL) results.Redis = await onRedis(process.env.REDIS_URL);
const machine = { cpus: os.cpus().length, cpu: os.cpus()[0]?.model, node: process.version, load: os.loadavg()[0] };
mkdirSync('bench/results', { recursive: true });
writeFileSync('bench/results/playback.json', `${JSON.stringify({ playbacks, machine, results }, null, 2)}\n`);
console.table(
  Object.fromEntries(
    Object.entries(results).flatMap(([store, { live, ...measured }]) =>
      Object.entries(measured).map(([name, figures]) => [`${store}: ${name}`, { live, ...figures }]),
    ),
  ),
);
console.log(
  `${machine.cpus} × ${machine.cpu}, load ${machine.load.toFixed(1)} at the end; bench/results/playback.json`,
);
