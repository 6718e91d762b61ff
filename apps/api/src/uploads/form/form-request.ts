import type { IncomingMessage, Server } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** Where files come in forms. */
const DOORS: ReadonlySet<string> = new Set(['POST /uploads', 'PUT /users/me/avatar']);
const FORM = /^multipart\/form-data\b/i;

type Head = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/** Whether the body is a file's on its way to the store: nobody but its route may read it. */
export const isFormUpload = ({ method, url, headers }: Head): boolean =>
  DOORS.has(`${method} ${(url ?? '').split('?', 1)[0]}`) && FORM.test(headers['content-type'] ?? '');

/**
 * Lets clients that ask first (Expect: 100-continue) send a file only when it is wanted: who may not upload, or has no
 * room, is told so before. Other bodies are wanted as they are.
 */
export function continueWhenWanted(server: Server): void {
  server.on('checkContinue', (request, response) => {
    if (!isFormUpload(request)) response.writeContinue();
    server.emit('request', request, response);
  });
}

/** The body of a form, as far as its request says how long it is; null when it does not. */
export function formLength({ headers }: Pick<FastifyRequest, 'headers'>): number | null {
  const length = headers['content-length'];
  return length === undefined ? null : Number(length);
}
