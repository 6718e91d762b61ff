import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { v7 as uuidv7 } from 'uuid';
import { Problem, toDocument } from '../problem/problem.js';

/** What Node's parser gives up on, before there is a request: headers that take too long or too much, or are none. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(answerTo(toProblem(error)));
  socket.destroySoon();
}

/** What Fastify's router gives up on, before any hook has run: an address that is no UTF-8, or half an escape. */
export function answerBadAddress(error: Error, { id, url }: FastifyRequest, reply: FastifyReply): void {
  const problem = new Problem('MALFORMED_REQUEST', 'The address cannot be read: it has a % that begins no character.', {
    cause: error,
  });
  void reply
    .status(problem.status)
    .header('X-Request-Id', id)
    .header('Content-Type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(toDocument(problem, url.split('?', 1)[0] ?? '/', id)));
}

function toProblem(error: Error & { code?: string }): Problem {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Problem('REQUEST_TIMEOUT', 'The headers took too long to arrive; send the request again.');
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return new Problem('HEADERS_TOO_LARGE', 'The headers may have 16 kB at most.', { cause: error });
  return new Problem('MALFORMED_REQUEST', 'This is not HTTP.', { cause: error });
}

function answerTo(problem: Problem): string {
  const body = JSON.stringify(toDocument(problem, '/', uuidv7()));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
