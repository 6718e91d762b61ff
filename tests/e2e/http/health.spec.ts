import { once } from 'node:events';
import { renameSync, writeFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { ask } from '../../support/account.js';
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
    const url = new URL(stack.databaseUrl);
    const socket = path.join(url.searchParams.get('host') ?? '', `.s.PGSQL.${url.port || 5432}`);
    let answers = false;
    const way = net.createServer((client) => {
      client.on('error', () => undefined);
      if (answers)
        client
          .pipe(net.connect(socket))
          .on('error', () => client.destroy())
          .pipe(client);
    });
    way.listen(0, '127.0.0.1');
    await once(way, 'listening');
    const { port } = way.address() as net.AddressInfo;
    const there = `postgresql://${url.username}:${url.password}@127.0.0.1:${port}${url.pathname}?connect_timeout=1`;
    const worker = stack.startWorker({ DATABASE_URL: there });
    await until(
      () => worker.lines,
      (lines) => lines.some((line) => line.includes('the queue is away')),
    );
    answers = true;
    await until(ready, ({ status }) => status === 200);
    expect(worker.isRunning).toBe(true);
    await worker.stop();
    way.close();
    stack.startWorker();
    await until(ready, ({ status }) => status === 200);
  });
});

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
