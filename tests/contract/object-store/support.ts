import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ObjectStore, SignedRequest } from '#libs/storage/object-store.js';

/** What the tests of a contract are run on. */
export interface Subject {
  readonly store: ObjectStore;
  /** Prefix of keys that no other test uses. */
  readonly folder: string;
  save(key: string, bytes: Buffer, contentType?: string): Promise<void>;
}

export const MIB = 1024 * 1024;
/** Hex. */
export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
export const PNG = { contentType: 'image/png', expiresInSeconds: 600 };

/** A stream of so many bytes that are never in memory at once; `failAt` ends it with an error. */
export function streamOf(size: number, failAt = Infinity): Readable {
  const chunk = Buffer.alloc(64 * 1024, 'media');
  let sent = 0;
  return new Readable({
    read() {
      if (sent >= failAt) this.destroy(new Error('the source broke'));
      else if (sent >= size) this.push(null);
      else {
        const next = chunk.subarray(0, Math.min(chunk.length, size - sent));
        sent += next.length;
        this.push(next);
      }
    },
  });
}

/** Sends a signed request as a client would, with other parts where the test says so. */
export async function put(
  request: SignedRequest,
  body: Buffer,
  changes: { url?: string; headers?: Record<string, string> } = {},
) {
  const headers = { ...request.headers, ...changes.headers };
  const response = await fetch(changes.url ?? request.url, {
    method: request.method,
    headers,
    body: new Uint8Array(body),
  });
  await response.arrayBuffer();
  return response;
}

/** Not by fetch, which adds Cache-Control: no-cache to conditional requests. */
export async function get(url: string, headers: Record<string, string> = {}) {
  const sent = request(url, { headers, agent: false }).end();
  const [response]: IncomingMessage[] = await once(sent, 'response');
  if (!response) throw new Error('no response');
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
}

export async function keysBelow(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

/** Every URL that differs from a signed one in one query parameter: another value, or none. */
export function tamperings(url: string): string[] {
  return [...new URL(url).searchParams.keys()].flatMap((name) => {
    const [changed, missing] = [new URL(url), new URL(url)];
    const value = changed.searchParams.get(name) ?? '';
    const last = value.at(-1) === '1' ? '2' : '1';
    changed.searchParams.set(name, value.slice(0, -1) + last);
    missing.searchParams.delete(name);
    return [changed.href, missing.href];
  });
}

/** Whether a client was told that it is its own fault. */
export const refused = (status: number) => status >= 400 && status < 500;
