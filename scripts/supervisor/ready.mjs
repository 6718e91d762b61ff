import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from './refusal.mjs';

const PATIENCE_MS = 60_000;

/**
 * Resolves when GET /health/ready answers 200.
 *
 * @throws Refusal, with what it answered last, when that takes a minute
 */
export async function untilReady(settings, signal) {
  const url = `http://${reachableHost(settings.HOST)}:${settings.PORT}/health/ready`;
  let last = 'no answer';
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await delay(50)) {
    signal.throwIfAborted();
    last = await ask(url);
    if (last === 'ready') return;
  }
  throw new Refusal(`Media Inbox was not ready after ${PATIENCE_MS / 1000} s; ${url} said: ${last}`);
}

async function ask(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    const body = await response.text();
    return response.status === 200 ? 'ready' : `${response.status} ${body}`;
  } catch (error) {
    return error.cause?.message ?? error.message;
  }
}

/** An address to reach who listens on `host`: the wildcard ones are none. */
export function reachableHost(host) {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
