// What the benches of running processes share.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../scripts/postgres/embedded.mjs';

/** Milliseconds that `work` takes. */
export async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Of milliseconds, rounded to microseconds. */
export function percentiles(all) {
  const sorted = [...all].sort((one, other) => one - other);
  const at = (share) => Number(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(3));
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when the address answers with 200. */
export async function untilReady(address, milliseconds = 60_000) {
  for (const deadline = Date.now() + milliseconds; ;) {
    const status = await fetch(address).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    if (Date.now() > deadline) throw new Error(`${address} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A new account, signed in. */
export async function register(url) {
  const response = await fetch(`${url}/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `${randomUUID()}@example.com`, password: 'correct horse' }),
  });
  const body = await response.json();
  if (response.status !== 201) throw new Error(JSON.stringify(body));
  return { id: body.user.id, token: body.accessToken };
}

/** Signs the access tokens of the benches' processes. */
export const JWT_SECRET = 'signs the access tokens of the bench';

/** An empty PostgreSQL in a folder of its own, and processes on it; all of it goes with `close`. */
export async function openLab() {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'media-inbox-bench-'));
  chmodSync(directory, 0o711);
  const server = await startEmbeddedPostgres({
    dataDirectory: path.join(directory, 'postgres'),
    logFile: path.join(directory, 'postgres.log'),
    superuserPassword: 'bench',
    password: 'bench',
    removeAfterwards: [directory],
  });
  const children = [];

  /** Starts an app without limits of requests; its settings go before these. */
  function start(app, settings = {}) {
    const env = {
      PATH: process.env.PATH,
      DATABASE_URL: server.url,
      DATA_DIR: path.join(directory, 'data'),
      HOST: '127.0.0.1',
      LOG_LEVEL: 'silent',
      JWT_SECRET,
      URL_SIGNING_SECRET: 'signs the upload URLs of the bench',
      BCRYPT_COST: '10',
      RATE_LIMIT_PER_MINUTE: '10000000',
      TENANT_RATE_LIMIT_PER_MINUTE: '10000000',
      ...settings,
    };
    const stdio = ['ignore', 'ignore', 'inherit'];
    children.push(spawn(process.execPath, [`dist/apps/${app}/src/main.js`], { stdio, env }));
  }

  /** @returns the address of an API that has just been started */
  async function startApi() {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    start('api', { PORT: String(port), PUBLIC_URL: url });
    return url;
  }

  async function close() {
    for (const child of children) child.kill('SIGTERM');
    await Promise.all(children.map((child) => (child.exitCode === null ? once(child, 'exit') : null)));
    await server.stop();
  }

  return { directory, url: server.url, start, startApi, close };
}
