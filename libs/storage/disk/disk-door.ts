import send from '@fastify/send';
import { once } from 'node:events';
import { ReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { contentDisposition } from '../content-disposition.js';
import type { DiskGrant } from './disk-signature.js';
import { DISK_OBJECTS_PATH, type DiskObjectStore } from './disk-store.js';
import { DoorProblem, isHangUp, toDoorProblem } from './door-problems.js';

/**
 * What a bucket's CORS rule would say. Any origin may ask: the right to do so is in the URL, and no cookie counts here.
 */
const CORS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'ETag, Accept-Ranges, Content-Disposition, Content-Length, Content-Range, Retry-After',
};
const PREFLIGHT: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Methods': 'GET, HEAD, PUT',
  'Access-Control-Allow-Headers': '*',
  'Access-Control-Max-Age': '86400',
};

/** Bytes of strangers on our own origin: nothing in them may run, and nothing may guess at what they are. */
const HARMLESS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** Seconds; a URL that is good for longer is still asked for again, so that a deleted object goes from caches. */
const LONGEST_CACHE = 3600;

/** How @fastify/send names a version of a file, so that a PUT is answered with what a GET will say. */
const entityTag = (file: { size: number; lastModified: Date }) =>
  `W/"${file.size.toString(16)}-${file.lastModified.getTime().toString(16)}"`;

/**
 * Answers one request to a signed URL of the disk store: PUT, GET, HEAD or a CORS preflight at `/objects/<key>`, as an
 * S3 bucket would, with problem documents for errors. Nobody may have read the body before.
 *
 * Resolves when the answer is out or the client has gone. Rejects, after a 5xx answer is out, with what was wrong on
 * our side, for the caller's log.
 */
export async function handleDiskRequest(
  store: DiskObjectStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
  try {
    await routeOrRefuse(store, request, response);
  } catch (error) {
    if (!isHangUp(error)) throw error;
  }
}

async function routeOrRefuse(
  store: DiskObjectStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await route(store, request, response);
  } catch (error) {
    if (response.destroyed || response.headersSent) {
      response.destroy();
      throw error;
    }
    const problem = toDoorProblem(error);
    await answerProblem(problem, request, response);
    if (problem.status >= 500) throw error;
  }
}

async function route(store: DiskObjectStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'OPTIONS') return answer(response, 204, PREFLIGHT);
  if (request.method !== 'PUT' && request.method !== 'GET' && request.method !== 'HEAD')
    throw new DoorProblem('METHOD_NOT_ALLOWED', 'Signed URLs are for GET, HEAD or PUT.', { Allow: 'GET, HEAD, PUT' });

  const [path = '', query] = (request.url ?? '').split('?', 2);
  if (!path.startsWith(DISK_OBJECTS_PATH)) throw new DoorProblem('URL_INVALID', 'The path holds no key of an object.');
  const key = path.slice(DISK_OBJECTS_PATH.length);
  const grant = store.verify(request.method, key, new URLSearchParams(query));
  if (grant.method === 'PUT') await put(store, grant, request, response);
  else await get(store, grant, request, response);
}

async function put(
  store: DiskObjectStore,
  grant: DiskGrant & { method: 'PUT' },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const length = request.headers['content-length'];
  if (length === undefined)
    throw new DoorProblem('LENGTH_REQUIRED', 'The URL is for a body of one size: send it with a Content-Length.');
  if (Number(length) !== grant.size)
    throw new DoorProblem('SIZE_MISMATCH', `The URL is for ${grant.size} bytes and the body has ${length}.`);
  if ('part' in grant) return answer(response, 200, { ETag: await store.multipart.acceptPart(grant, request) });
  if (request.headers['content-type'] !== grant.contentType)
    throw new DoorProblem('OBJECT_TYPE_MISMATCH', `Send the header Content-Type: ${grant.contentType}`);

  await store.acceptPut(grant, request);
  const file = await store.open(grant.key);
  await answer(response, 200, file ? { ETag: entityTag(file) } : {});
}

async function get(
  store: DiskObjectStore,
  grant: DiskGrant & { method: 'GET' },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Ranges and conditions (RFC 9110, 13 and 14) are the library's; what the bytes are called is the grant's.
  const result = await send(request, grant.key, {
    root: store.dataFolder,
    dotfiles: 'allow',
    index: false,
    cacheControl: false,
    contentType: false,
    highWaterMark: 256 * 1024,
  });
  if (result.type !== 'file') {
    result.stream.destroy();
    throw refusal(result.statusCode, result.headers);
  }
  await untilOpen(result.stream);
  const left = Math.floor((grant.expiresAt.getTime() - Date.now()) / 1000);
  const headers: Record<string, string> = {
    ...result.headers,
    ...HARMLESS,
    'Cache-Control': `private, max-age=${Math.min(left, LONGEST_CACHE)}`,
  };
  if (result.statusCode !== 304) {
    headers['Content-Type'] = grant.contentType;
    headers['Content-Disposition'] = contentDisposition(grant.disposition, grant.filename);
  }
  response.writeHead(result.statusCode, headers);
  await pipeline(result.stream, response);
}

/** The object may go after the library has looked at it: that must be known before a status is sent. */
async function untilOpen(stream: Readable): Promise<void> {
  if (!(stream instanceof ReadStream) || !stream.pending) return;
  try {
    await once(stream, 'open');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') throw refusal(404, {});
    throw cause;
  }
}

function refusal(status: number, headers: Record<string, string>): DoorProblem {
  if (status === 412) return new DoorProblem('PRECONDITION_FAILED', 'The object is not the one the request expects.');
  if (status !== 416) return new DoorProblem('OBJECT_NOT_FOUND', 'It has been deleted, or was never uploaded.');
  const range = headers['Content-Range'] ?? 'bytes */*';
  return new DoorProblem('RANGE_NOT_SATISFIABLE', 'Ask for bytes the object has.', { 'Content-Range': range });
}

async function answerProblem(problem: DoorProblem, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const document = problem.toDocument((request.url ?? '').split('?', 1)[0] ?? '');
  const body = Buffer.from(JSON.stringify(document));
  // A client that is still sending reads the answer only when its bytes are taken.
  request.resume();
  await answer(
    response,
    problem.status,
    { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...HARMLESS, ...problem.headers },
    body,
    request.method === 'HEAD',
  );
}

async function answer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer = Buffer.alloc(0),
  headOnly = false,
): Promise<void> {
  response.writeHead(status, status === 204 ? headers : { ...headers, 'Content-Length': String(body.length) });
  response.end(headOnly ? undefined : body);
  await finished(response);
}
