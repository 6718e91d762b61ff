import fastifyStatic from '@fastify/static';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from '#libs/config/settings.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { Problem } from '../problem/problem.js';
import { answerWithProblem } from '../problem/problem.filter.js';
import { builtConsole } from './built-files.js';
import { byteOrigins, contentSecurityPolicy } from './content-security-policy.js';

const HOME = '/app/';
/** What the build writes where the nonce of an answer belongs. */
const NONCE = '__NONCE__';

/**
 * Serves the console below /app/: files with a hash in their names for a year, and for every other address its page, whose
 * router knows which of them exist. A browser that opens the API itself is sent there.
 */
export async function serveConsole(app: NestFastifyApplication, settings: Settings, logger: Logger): Promise<void> {
  const directory = builtConsole();
  if (directory === null) {
    logger.warn('the console was not built, so there is none: npm run build');
    return;
  }
  const origins = await byteOrigins(app.get<ObjectStore>(OBJECT_STORE), settings);
  const page = async (_request: FastifyRequest, reply: FastifyReply): Promise<string> => {
    const html = await readFile(path.join(directory, 'index.html'), 'utf8');
    const nonce = randomBytes(16).toString('base64');
    void reply
      .header('Content-Security-Policy', contentSecurityPolicy(nonce, origins))
      .header('Cache-Control', 'no-store')
      .header('Referrer-Policy', 'same-origin')
      .type('text/html; charset=utf-8');
    return html.replaceAll(NONCE, nonce);
  };
  await app.register(fastifyStatic, {
    root: path.join(directory, 'static'),
    prefix: `${HOME}static/`,
    decorateReply: false,
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get(`${HOME}*`, page);
  fastify.get('/app', (_request, reply) => reply.redirect(HOME));
  fastify.get('/', (request, reply) => {
    void reply.header('Vary', 'Accept');
    if (request.headers.accept?.includes('text/html')) return reply.redirect(HOME);
    const nothing = new Problem('ROUTE_NOT_FOUND', 'There is nothing at this address; /docs lists every route.');
    return answerWithProblem(nothing, request, reply, logger);
  });
}
