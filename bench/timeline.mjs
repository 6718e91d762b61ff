// A page of a timeline against a look-up by primary key, in the same run, over HTTP and as statements alone.
//   POSTS=1000000 FOLLOWS=2000 npm run bench:timeline
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import pg from 'pg';
import { Timeline } from '../dist/apps/api/src/feed/timeline/timeline.js';
import { Database } from '../dist/libs/database/database.js';
import { migrate } from '../dist/libs/database/migrate.js';
import { openLab, percentiles, register, timed, untilReady } from './lab.mjs';

const posts = Number(process.env.POSTS ?? 1_000_000);
const follows = Number(process.env.FOLLOWS ?? 2_000);
const rounds = Number(process.env.ROUNDS ?? 300);
const PAGE = 50;
/** Of whom one in a hundred is read on demand. */
const authors = follows * 2;

const lab = await openLab();
try {
  await migrate(lab.url);
  const url = await lab.startApi();
  await untilReady(`${url}/health`);
  const reader = await register(url);
  const client = new pg.Client(lab.url);
  await client.connect();
  console.log(`seeding ${posts} posts of ${authors} authors, ${follows} of whom are followed…`);
  await seed(client, reader.id);
  const keys = (await client.query('SELECT id FROM posts ORDER BY random() LIMIT $1', [rounds])).rows;
  await client.end();

  const database = new Database({ url: lab.url, poolSize: 1, applicationName: 'bench', onIdleError: () => {} });
  const timeline = new Timeline(database);
  const answer = async (address) => {
    const response = await fetch(url + address, { headers: { authorization: `Bearer ${reader.token}` } });
    const body = await response.json();
    if (response.status !== 200) throw new Error(JSON.stringify(body));
    return body;
  };
  const kinds = {
    'primary key, statement': (round) =>
      database.query('by-key', 'SELECT * FROM posts WHERE id = $1', [keys[round % keys.length].id]),
    'timeline page, statement': () => timeline.before(reader.id, null, PAGE + 1),
    'primary key, HTTP': (round) => answer(`/posts/${keys[round % keys.length].id}`),
    'timeline page, HTTP': () => answer(`/timeline?limit=${PAGE}`),
  };
  const page = await answer(`/timeline?limit=${PAGE}`);
  if (page.items.length !== PAGE) throw new Error(`the page has ${page.items.length} posts`);
  const times = Object.fromEntries(Object.keys(kinds).map((name) => [name, []]));
  // In turn, so that whatever else the machine does disturbs all alike.
  for (let round = 0; round < rounds + 20; round++)
    for (const [name, work] of Object.entries(kinds)) {
      const ms = await timed(() => work(round));
      if (round >= 20) times[name].push(ms);
    }
  await database.close();
  const results = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, percentiles(all)]));
  const ratio = (way) => results[`timeline page, ${way}`].p50 / results[`primary key, ${way}`].p50;
  const ratios = { statement: ratio('statement'), HTTP: ratio('HTTP') };
  const machine = { cpus: os.cpus().length, cpu: os.cpus()[0]?.model, node: process.version, load: os.loadavg()[0] };
  mkdirSync('bench/results', { recursive: true });
  const report = { posts, follows, page: PAGE, rounds, machine, results, ratios };
  writeFileSync('bench/results/timeline.json', `${JSON.stringify(report, null, 2)}\n`);
  console.table(results);
  console.log(
    `timeline page : primary key = ${ratios.HTTP.toFixed(2)} over HTTP, ${ratios.statement.toFixed(2)} as statements`,
  );
  if (ratios.HTTP > 3) process.exitCode = 1;
} finally {
  await lab.close();
}

/** As it is after months: entries of the ordinary, posts to be looked up of the very followed, and a few underway. */
async function seed(client, reader) {
  const step = (sql, values = []) => client.query(sql, values);
  await step('SET synchronous_commit = off');
  await step('ALTER TABLE posts DISABLE TRIGGER USER');
  await step(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'bench')`);
  await step(
    `INSERT INTO users (id, tenant_id, email, username, password_hash)
     SELECT gen_random_uuid(), (SELECT id FROM tenants WHERE name = 'bench'), 'a' || n || '@example.com', 'author-' || n, '-'
     FROM generate_series(1, $1::int) n`,
    [authors],
  );
  await step(
    `CREATE TEMP TABLE author AS
     SELECT id, row_number() OVER (ORDER BY username) AS n FROM users WHERE username LIKE 'author-%'`,
  );
  await step('INSERT INTO follows (follower_id, followee_id) SELECT $1, id FROM author WHERE n <= $2', [
    reader,
    follows,
  ]);
  await step('UPDATE profiles SET read_on_demand = true WHERE user_id IN (SELECT id FROM author WHERE n % 100 = 0)');
  await step(
    `INSERT INTO posts (id, number, author_id, text, hashtags, fan_out, created_at, published_at)
     SELECT gen_random_uuid(), p, a.id, 'Post ' || p || ' of a walk along the #beach', ARRAY['beach'],
       (CASE WHEN p > $2::int - 20 THEN 'PENDING' WHEN a.n % 100 = 0 THEN 'READ' ELSE 'DONE' END)::fan_out,
       now() - make_interval(secs => $2::int - p), now() - make_interval(secs => $2::int - p)
     FROM generate_series(1, $2::int) p JOIN author a ON a.n = 1 + (p::bigint * 7919) % $1`,
    [authors, posts],
  );
  await step('ALTER TABLE posts ENABLE TRIGGER USER');
  await step(`SELECT setval('post_numbers', $1)`, [posts]);
  await step(
    `INSERT INTO timeline_entries (user_id, number, author_id)
     SELECT $1, number, author_id FROM posts JOIN author a ON a.id = author_id WHERE fan_out = 'DONE' AND a.n <= $2`,
    [reader, follows],
  );
  await step('VACUUM ANALYZE');
}
