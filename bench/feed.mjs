// A post → the last of many sockets: FOLLOWERS followers, PROCESSES API processes, CLIENTS of the followers connected.
//   FOLLOWERS=10000 CLIENTS=500 PROCESSES=2 npm run bench:feed
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { JwtService } from '@nestjs/jwt';
import pg from 'pg';
import { io } from 'socket.io-client';
import { migrate } from '../dist/libs/database/migrate.js';
import { JWT_SECRET, openLab, percentiles, register, untilReady } from './lab.mjs';

const followers = Number(process.env.FOLLOWERS ?? 10_000);
const clients = Number(process.env.CLIENTS ?? 500);
const processes = Number(process.env.PROCESSES ?? 2);
const rounds = Number(process.env.ROUNDS ?? 40);
const WARM_UP = 3;
const ISSUER = 'media-inbox';

const lab = await openLab();
const sockets = [];
try {
  await migrate(lab.url);
  const urls = [];
  for (let count = 0; count < processes; count++) urls.push(await lab.startApi());
  lab.start('worker');
  for (const url of urls) await untilReady(`${url}/health/ready`);
  const author = await register(urls[0]);
  const people = await seed(author.id);
  const arrivals = new Map();
  await connectAll(urls, people, (text) => {
    const arrival = arrivals.get(text);
    if (!arrival) return;
    arrival.count += 1;
    if (arrival.count === clients) arrival.resolve(performance.now());
  });
  console.log(`${clients} clients of ${followers} followers are connected to ${processes} processes`);
  const last = [];
  const done = [];
  for (let round = 0; round < rounds + WARM_UP; round++) {
    const text = `post ${round}`;
    const arrived = new Promise((resolve) => arrivals.set(text, { count: 0, resolve }));
    const began = performance.now();
    const response = await fetch(urls[round % processes] + '/posts', {
      method: 'POST',
      headers: { authorization: `Bearer ${author.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });
    if (response.status !== 201) throw new Error(await response.text());
    const { number } = await response.json();
    const late = delay(30_000).then(() => {
      throw new Error(`${text}: ${arrivals.get(text).count} of ${clients} have heard of it after 30 s`);
    });
    const at = await Promise.race([arrived, late]);
    const written = await untilWritten(number);
    if (round >= WARM_UP) {
      last.push(at - began);
      done.push(written - began);
    }
  }
  const results = {
    'post → last of the sockets': percentiles(last),
    'post → in every timeline': percentiles(done),
  };
  const machine = { cpus: os.cpus().length, cpu: os.cpus()[0]?.model, node: process.version, load: os.loadavg()[0] };
  mkdirSync('bench/results', { recursive: true });
  const report = { followers, clients, processes, rounds, machine, milliseconds: results };
  writeFileSync('bench/results/feed.json', `${JSON.stringify(report, null, 2)}\n`);
  console.table(results);
  console.log(
    `milliseconds; ${machine.cpus} × ${machine.cpu}, load ${machine.load.toFixed(1)}; bench/results/feed.json`,
  );
} finally {
  for (const socket of sockets) socket.close();
  await lab.close();
}

/** Followers, of whom the first are signed in. */
async function seed(authorId) {
  const client = new pg.Client(lab.url);
  await client.connect();
  await client.query(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'bench')`);
  const { rows } = await client.query(
    `INSERT INTO users (id, tenant_id, email, password_hash)
     SELECT gen_random_uuid(), (SELECT id FROM tenants WHERE name = 'bench'), 'f' || n || '@example.com', '-'
     FROM generate_series(1, $1::int) n RETURNING id, tenant_id AS "tenantId"`,
    [followers],
  );
  await client.query('INSERT INTO follows (follower_id, followee_id) SELECT unnest($1::uuid[]), $2', [
    rows.map(({ id }) => id),
    authorId,
  ]);
  const signedIn = rows.slice(0, clients);
  const sessions = await client.query(
    `INSERT INTO sessions (id, user_id, expires_at)
     SELECT gen_random_uuid(), unnest($1::uuid[]), now() + interval '1 day' RETURNING id, user_id AS "userId"`,
    [signedIn.map(({ id }) => id)],
  );
  await client.query('ANALYZE');
  await client.end();
  const jwt = new JwtService({ secret: JWT_SECRET });
  const tenantId = rows[0].tenantId;
  return sessions.rows.map(({ id, userId }) =>
    jwt.sign({ sub: userId, tid: tenantId, sid: id }, { issuer: ISSUER, audience: ISSUER, expiresIn: '1h' }),
  );
}

async function connectAll(urls, tokens, hear) {
  for (let first = 0; first < tokens.length; first += 50)
    await Promise.all(
      tokens.slice(first, first + 50).map(async (token, index) => {
        const url = urls[(first + index) % urls.length];
        const socket = io(url, { path: '/live', auth: { token }, transports: ['websocket'], forceNew: true });
        sockets.push(socket);
        socket.on('post.created', ({ text }) => hear(text));
        await new Promise((resolve, reject) => {
          socket.once('hello', resolve);
          socket.once('connect_error', reject);
        });
      }),
    );
}

/** When the worker has written the post into all timelines. */
async function untilWritten(number) {
  const client = new pg.Client(lab.url);
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query('SELECT fan_out FROM posts WHERE number = $1', [number]);
      if (rows[0]?.fan_out === 'DONE') return performance.now();
      await delay(5);
    }
  } finally {
    await client.end();
  }
}
