import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, toDocument } from '../problem/problem.js';

/** A body brings so many bytes, or its end, in each window: 1.6 kB a second, less than any link that is in use. */
const LEAST_BYTES = 32 * 1024;
const WINDOW_MS = 20_000;

/**
 * Ends a request whose body trickles in, with 408, however large it is and whoever reads it: a limit on the whole time
 * would also end the upload of a film. Call it before the body is read.
 */
export function refuseSlowBody(request: FastifyRequest, reply: FastifyReply): void {
  const { raw } = request;
  if (!hasBody(request)) return;
  let before = raw.socket.bytesRead;
  const timer = setInterval(() => {
    const now = raw.socket.bytesRead;
    // What has arrived and waits for us is not the client's fault.
    const isOurTurn = raw.complete || raw.readableLength > 0;
    if (!isOurTurn && now - before < LEAST_BYTES) refuse(request, reply);
    before = now;
  }, WINDOW_MS).unref();
  raw.once('close', () => clearInterval(timer));
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Past Fastify: whoever reads the body may have taken the answer into his own hands. */
function refuse({ raw, url, id }: FastifyRequest, reply: FastifyReply): void {
  if (reply.raw.headersSent) return void raw.destroy();
  if (!reply.sent) reply.hijack();
  const problem = new Problem('REQUEST_TIMEOUT', 'The body stopped arriving; send the request again.');
  const body = JSON.stringify(toDocument(problem, url.split('?', 1)[0] ?? '/', id));
  reply.raw.writeHead(problem.status, {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  });
  reply.raw.end(body);
}
