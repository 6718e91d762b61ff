import { once } from 'node:events';
import { renameSync, writeFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { ask, signUp } from '../../support/account.js';
import { photo } from '../../support/photos.js';
import type { StackProcess } from '../../support/stack-process.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

interface ReadinessBody {
  status: string;
  checks: Record<string, { status: string; detail?: string; count?: number }>;
}

const TOKEN = 'the token that Prometheus sends';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { METRICS_TOKEN: TOKEN } });
});
afterAll(() => stack.stop());

const ready = () => ask<ReadinessBody>(stack.url, 'GET', '/health/ready');

describe('health', () => {
  it('is alive', async () => {
    expect(await ask(stack.url, 'GET', '/health')).toMatchObject({ status: 200, body: { status: 'up' } });
  });

  it('is ready when all that it needs is there, each by name', async () => {
    const { status, headers, body } = await ready();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body).toEqual({
      status: 'up',
      checks: {
        database: { status: 'up' },
        queue: { status: 'up' },
        store: { status: 'up' },
        worker: {
          status: 'up',
          count: 1,
          capabilities: [{ ffmpeg: expect.any(String), toneMaps: true, virusScan: false, missing: [] }],
        },
      },
    });
  });

  it('says that the store is away, and is ready again when it is back', async () => {
    const objects = path.join(stack.directory, 'data', 'objects');
    renameSync(objects, `${objects}-away`);
    writeFileSync(objects, 'a file where the folder should be');
    const down = await until(ready, ({ status }) => status === 503);
    expect(down.body).toMatchObject({
      status: 'down',
      checks: { database: { status: 'up' }, store: { status: 'down' }, worker: { status: 'up' } },
    });
    expect(down.headers.get('content-type')).toMatch(/^application\/json/);
    expect(down.headers.get('retry-after')).toBe('5');
    expect(JSON.stringify(down.body)).not.toContain(stack.directory);
    rmSync(objects);
    renameSync(`${objects}-away`, objects);
    await until(ready, ({ status }) => status === 200);
  });

  it('says that no worker is there, and is ready again when one is', async () => {
    await stack.workers[0]?.stop();
    const { body } = await until(ready, ({ status }) => status === 503);
    expect(body.checks.worker).toEqual({ status: 'down', detail: 'none was seen in the last 30 s', count: 0 });
    expect(body.checks.database).toEqual({ status: 'up' });
    expect((await ask(stack.url, 'GET', '/health')).status).toBe(200);
    stack.startWorker();
    await until(ready, ({ status }) => status === 200);
  });

  it('counts a worker that was started before its database answered', async () => {
    await Promise.all(stack.workers.map((worker) => worker.stop()));
    let answers = false;
    const way = await wayToTheDatabase(() => answers || 'silence');
    const worker = stack.startWorker({ DATABASE_URL: way.url });
    await saying(worker, 'the queue is away');
    answers = true;
    await until(ready, ({ status }) => status === 200);
    expect(worker.isRunning).toBe(true);
    await worker.stop();
    way.close();
    stack.startWorker();
    await until(ready, ({ status }) => status === 200);
  });

  it('counts on a worker that was started when its database had one connection left', async () => {
    await Promise.all(stack.workers.map((worker) => worker.stop()));
    let left = 1;
    const way = await wayToTheDatabase(() => left-- > 0);
    const worker = stack.startWorker({ DATABASE_URL: way.url });
    await saying(worker, 'trying again');
    left = Infinity;
    const alice = await signUp(stack.url);
    const { assetId } = await alice.upload(await photo(64, 64));
    expect(await alice.settled(assetId)).toMatchObject({ status: 'READY' });
    await worker.stop();
    way.close();
    stack.startWorker();
    await until(ready, ({ status }) => status === 200);
  });

  it('keeps one connection to be told of jobs on, and another one when it is cut', async () => {
    const listening = `FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%LISTEN bullmq_jobs%'
      AND pid <> pg_backend_pid()`;
    const pids = () => stack.sql(`SELECT pid ${listening}`);
    const [first] = await until(pids, (found) => found.length === 1);
    await stack.sql(`SELECT pg_terminate_backend(pid) ${listening}`);
    await until(pids, (found) => found.length === 1 && JSON.stringify(found) !== JSON.stringify([first]));
  });
});

/** A way to the stack's database; `admits` says of each new connection whether it comes through, is cut or hears nothing. */
async function wayToTheDatabase(admits: () => boolean | 'silence'): Promise<{ url: string; close: () => void }> {
  const { username, password, pathname, port, searchParams } = new URL(stack.databaseUrl);
  const socket = path.join(searchParams.get('host') ?? '', `.s.PGSQL.${port || 5432}`);
  const server = net.createServer((client) => {
    client.on('error', () => undefined);
    const admitted = admits();
    if (admitted === false) client.destroy();
    if (admitted !== true) return;
    const there = net.connect(socket).on('error', () => client.destroy());
    client.pipe(there).pipe(client);
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  const url = `postgresql://${username}:${password}@${address}${pathname}?connect_timeout=1`;
  return { url, close: () => server.close() };
}

const saying = ({ lines }: StackProcess, words: string) =>
  until(
    () => lines,
    (said) => said.some((line) => line.includes(words)),
  );

describe('metrics', () => {
  const metrics = (token?: string) =>
    ask<{ text: string }>(stack.url, 'GET', '/metrics', undefined, {
      ...(token && { authorization: `Bearer ${token}` }),
    });

  it('are for those who have the token', async () => {
    for (const token of [undefined, 'guessed', `${TOKEN}.`]) {
      const refused = await metrics(token);
      expect(refused).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
      expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('tell of requests by the pattern of their route', async () => {
    await ask(stack.url, 'GET', '/problems/job-active');
    await ask(stack.url, 'GET', '/nothing/at/all');
    const { status, headers, body } = await metrics(TOKEN);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const count = 'http_request_duration_seconds_count';
    expect(body.text).toContain(`${count}{method="GET",route="/problems/:slug",status="200"} 1`);
    expect(body.text).toContain(`${count}{method="GET",route="unmatched",status="404"} 1`);
    expect(body.text).not.toContain('job-active');
  });

  it('tell of jobs, queues and workers', async () => {
    const { body } = await metrics(TOKEN);
    expect(body.text).toContain('media_inbox_jobs{kind="process-asset",state="failed"} 0');
    expect(body.text).toContain('media_inbox_queue_paused{kind="process-asset"} 0');
    expect(body.text).toContain('media_inbox_database_up 1');
    expect(body.text).toMatch(/^media_inbox_workers \d+$/m);
    expect(body.text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });
});

describe('problems', () => {
  it('have a type that says what they are', async () => {
    const { body: problem } = await ask(stack.url, 'GET', '/nothing');
    const { status, body } = await ask(stack.url, 'GET', String(problem.type));
    expect(status).toBe(200);
    expect(body).toEqual({ type: problem.type, code: problem.code, status: 404, title: problem.title });
  });

  it('are all listed', async () => {
    const { body } = await ask<{ items: { type: string; status: number }[] }>(stack.url, 'GET', '/problems');
    expect(body.items.length).toBeGreaterThan(30);
    for (const { type } of body.items) expect((await ask(stack.url, 'GET', type)).status).toBe(200);
  });

  it('are not made up', async () => {
    const { status, body } = await ask(stack.url, 'GET', '/problems/nothing-of-the-kind');
    expect([status, body.code]).toEqual([404, 'ROUTE_NOT_FOUND']);
  });
});
