import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { signUp, type Account } from '../support/account.js';
import type { StackProcess } from '../support/stack-process.js';
import { startStack, type Stack } from '../support/stack.js';
import { quantile, report, tally } from './floods/flood-row.js';
import { watchMemory, type Memory } from './floods/memory.js';
import { repeat, speak, type RawAnswer } from './floods/raw-client.js';
import { PostgresServer } from './lab/postgres-server.js';
import { scale } from './options.js';

const TIMEOUT_MS = 5 * 60_000;
const REQUESTS = 2_000;
const SOCKETS = 10_000;
/** As many as one address may ask for at once: more would be 429. */
const TRICKLES = scale(50, 200);
const GIGABYTE = 1024 ** 3;
/** Megabytes that a flood may cost: what ten thousand connections take, and nothing that grows with what is sent. */
const FLAT = 150;
/** A client asks for so much at once, and a neighbour may take so many times as long as when nobody floods. */
const FLOODERS = 64;
const SLOWER_BY = 2;
const PHASE_MS = scale(6_000, 15_000);

const good = { filename: 'a.jpg', contentType: 'image/jpeg', fileSize: 1_000 };

describe('the limits of the API', () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'media-inbox-floods-'));
  const postgres = new PostgresServer(directory);
  let stack: Stack;
  let api: StackProcess;
  let account: Account;

  beforeAll(async () => {
    chmodSync(directory, 0o711);
    await postgres.start();
    process.env.TEST_DATABASE_SERVER = postgres.url;
    // As delivered.
    stack = await startStack({ env: { RATE_LIMIT_PER_MINUTE: '6000' } });
    [api] = stack.apis as [StackProcess];
    account = await signUp(stack.url);
    await warmUp();
  }, TIMEOUT_MS);
  afterAll(async () => {
    await stack.stop();
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  }, TIMEOUT_MS);
  // Whatever was done to it, it goes on.
  afterEach(async () => {
    expect(api.isRunning).toBe(true);
    const newcomer = await signUp(stack.url);
    expect((await newcomer.ask('POST', '/uploads/presign', good)).status).toBe(201);
  });

  /** So that memory is compared with that of a process that has done something already. */
  async function warmUp(): Promise<void> {
    for (let round = 0; round < 5; round++) {
      const warm = await signUp(stack.url);
      await Promise.all(Array.from({ length: 100 }, () => warm.ask('POST', '/uploads/presign', good)));
    }
  }

  const head = (method: string, route: string, headers: readonly string[]): string[] => [
    `${method} ${route} HTTP/1.1`,
    'Host: localhost',
    ...headers,
  ];
  const json = (length: string): string[] => [
    ...head('POST', '/uploads/presign', [`Authorization: Bearer ${account.accessToken}`, length]),
    'Content-Type: application/json',
    '',
  ];

  const isFlat = ({ before, peak }: Memory): void => expect(peak - before).toBeLessThan(FLAT);

  it(
    `answers ${REQUESTS} requests at once`,
    async () => {
      const accounts = await Promise.all(Array.from({ length: 20 }, () => signUp(stack.url)));
      const began = performance.now();
      const { memory, result: answers } = await watchMemory(api, () =>
        Promise.all(Array.from({ length: REQUESTS }, (_, index) => pick(accounts, index).ask('GET', '/assets'))),
      );
      const note = `all within ${((performance.now() - began) / 1000).toFixed(1)} s`;
      report({
        flood: 'requests at once',
        count: REQUESTS,
        answers: tally(answers.map((one) => one.status)),
        memory,
        note,
      });
      const refusals = answers.filter(({ status }) => status !== 200);
      expect(refusals.filter(({ status }) => status !== 503 && status !== 429)).toEqual([]);
      for (const { headers } of refusals) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      isFlat(memory);
    },
    TIMEOUT_MS,
  );

  it.each([
    ['that says its length', `Content-Length: ${GIGABYTE}`, (piece: Buffer) => piece],
    ['in chunks', 'Transfer-Encoding: chunked', chunk],
  ])(
    'ends a connection that sends 1 GB to a JSON route, %s',
    async (how, length, wrap) => {
      const piece = wrap(Buffer.alloc(64 * 1024, ' '));
      const { memory, result } = await watchMemory(api, () =>
        speak(stack.url, { head: json(length), body: repeat(piece, GIGABYTE / (64 * 1024)), pauseMs: 0 }),
      );
      const note = `after ${(result.sent / 1024 / 1024).toFixed(1)} MB`;
      report({ flood: `1 GB of JSON, ${how}`, count: 1, answers: tally([result.status]), memory, note });
      expect(result.status).toBe(413);
      expect(result.text).toContain('"code":"BODY_TOO_LARGE"');
      expect(result.sent).toBeLessThan(GIGABYTE / 10);
      isFlat(memory);
    },
    TIMEOUT_MS,
  );

  it(
    'ends what trickles in, headers and bodies, and lets a slow upload go on',
    async () => {
      const trickle = { body: repeat(Buffer.from('x'), 1_000), pauseMs: 500 };
      const slow = (lines: string[]): Promise<RawAnswer[]> =>
        Promise.all(Array.from({ length: TRICKLES }, () => speak(stack.url, { head: lines, ...trickle })));
      const { memory, result } = await watchMemory(api, () =>
        Promise.all([
          slow(head('GET', '/assets', ['X-Slow: '])),
          slow(json('Content-Length: 1000')),
          presigned('1000').then(slow),
          slowUpload(),
        ]),
      );
      const [headers, bodies, puts, upload] = result;
      const names = ['headers that trickle', 'a JSON body that trickles', 'an upload that trickles'];
      for (const [index, answers] of [headers, bodies, puts].entries()) {
        const note = `within ${(Math.max(...answers.map((one) => one.milliseconds)) / 1000).toFixed(0)} s`;
        const statuses = tally(answers.map(({ status }) => status));
        report({ flood: names[index] ?? '', count: TRICKLES, answers: statuses, memory, note });
        expect(statuses).toEqual({ 408: TRICKLES });
        for (const { text } of answers) expect(text).toContain('"code":"REQUEST_TIMEOUT"');
      }
      expect(upload.status).toBe(200);
      isFlat(memory);
    },
    TIMEOUT_MS,
  );

  /** The head of a PUT of so many bytes to the disk store. */
  async function presigned(bytes: string): Promise<string[]> {
    const fileSize = Number(bytes);
    const { body } = await account.ask<{ uploadUrl: string; headers: Record<string, string> }>(
      'POST',
      '/uploads/presign',
      { ...good, fileSize },
    );
    const { pathname, search } = new URL(body.uploadUrl);
    const headers = Object.entries(body.headers).map(([name, value]) => `${name}: ${value}`);
    return [...head('PUT', `${pathname}${search}`, [...headers, `Content-Length: ${bytes}`]), 'Connection: close', ''];
  }

  /** Takes longer than any body may stand still, and never does. */
  async function slowUpload(): Promise<RawAnswer> {
    const [piece, pieces] = [Buffer.alloc(8 * 1024, 'x'), scale(30, 60)];
    const lines = await presigned(String(piece.length * pieces));
    return speak(stack.url, { head: lines, body: repeat(piece, pieces), pauseMs: 1_000 });
  }

  it(
    `holds ${SOCKETS} open sockets, and answers meanwhile`,
    async () => {
      const { memory, result } = await watchMemory(api, async () => {
        const sockets = await open(stack.url, SOCKETS);
        const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));
        const began = performance.now();
        for (let round = 0; round < 20; round++) {
          const { status } = await account.ask('GET', '/assets');
          expect(status).toBe(200);
        }
        const milliseconds = (performance.now() - began) / 20;
        await closed;
        return milliseconds;
      });
      const note = `others are answered in ${result.toFixed(0)} ms`;
      report({ flood: 'open sockets', count: SOCKETS, answers: { 408: SOCKETS }, memory, note });
      isFlat(memory);
    },
    TIMEOUT_MS,
  );

  it(
    'keeps one who works from feeling one who floods',
    async () => {
      const [worker, flooder] = [await signUp(stack.url), await signUp(stack.url)];
      const quiet = await presignsOf(worker, PHASE_MS / 2);
      const { memory, result } = await watchMemory(api, () =>
        whileFlooding(flooder, () => presignsOf(worker, PHASE_MS)),
      );
      quiet.push(...(await presignsOf(worker, PHASE_MS / 2)));
      const [usual, flooded] = [quantile(quiet, 0.95), quantile(result.done, 0.95)];
      const { answers, withoutHeaders } = result.told;
      const count = Object.values(answers).reduce((sum, one) => sum + one, 0);
      const note = `p95 of the other: ${usual.toFixed(1)} ms, meanwhile ${flooded.toFixed(1)} ms`;
      report({ flood: 'presigns of one account', count, answers, memory, note });
      // What waits for its turn may be slow enough not to be refused.
      expect(Object.keys(answers).filter((status) => status !== '201' && status !== '429')).toEqual([]);
      expect(count).toBeGreaterThan(FLOODERS);
      expect(withoutHeaders).toBe(0);
      expect(flooded / usual).toBeLessThan(SLOWER_BY);
      isFlat(memory);
    },
    TIMEOUT_MS,
  );

  interface Told {
    answers: Record<string, number>;
    /** Refusals that did not say when to come back. */
    withoutHeaders: number;
  }

  async function whileFlooding<T>(flooder: Account, work: () => Promise<T>): Promise<{ done: T; told: Told }> {
    const script = path.join(import.meta.dirname, 'floods/presign-flood.mjs');
    const flood = fork(script, [stack.url, flooder.accessToken, String(FLOODERS)]);
    const ended = once(flood, 'exit');
    try {
      const done = await work();
      const told = once(flood, 'message');
      flood.send('stop');
      const [answer] = (await told) as [Told];
      await ended;
      return { done, told: answer };
    } finally {
      flood.kill('SIGKILL');
    }
  }

  /** Milliseconds of each presign of somebody who does one after the other. */
  async function presignsOf(one: Account, milliseconds: number): Promise<number[]> {
    const took: number[] = [];
    for (const end = Date.now() + milliseconds; Date.now() < end;) {
      const began = performance.now();
      const { status } = await one.ask('POST', '/uploads/presign', good);
      took.push(performance.now() - began);
      expect(status).toBe(201);
      await delay(20);
    }
    return took;
  }
});

function pick<T>(many: readonly T[], index: number): T {
  const one = many[index % many.length];
  if (one === undefined) throw new Error('none to pick from');
  return one;
}

function chunk(piece: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
}

async function open(url: string, count: number): Promise<net.Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets: net.Socket[] = [];
  while (sockets.length < count) {
    const more = Array.from({ length: Math.min(500, count - sockets.length) }, () =>
      net.connect(Number(port), hostname),
    );
    for (const socket of more) socket.resume().on('error', () => undefined);
    await Promise.all(more.map((socket) => once(socket, 'connect')));
    sockets.push(...more);
  }
  return sockets;
}
