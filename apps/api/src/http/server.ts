import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import helmet from 'helmet';
import { v7 as uuidv7 } from 'uuid';
import type { IncomingMessage } from 'node:http';
import type { Settings } from '#libs/config/settings.js';
import { enterTenantScope } from '#libs/database/wall/tenant-scope.js';
import { enterContext } from '#libs/telemetry/context.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { BodyBudget, MOST_BODY_BYTES } from './body-budget.js';
import { answerBadAddress, answerClientError } from './client-errors.js';
import { continueWhenWanted, isFormUpload } from '../uploads/form/form-request.js';
import { closeSlowly } from './linger.js';
import { refuseSlowBody } from './slow-bodies.js';
import { withoutToken } from '../playback/gate/gate-urls.js';

const REQUEST_ID = /^[\w.:-]{1,128}$/;
/** Paths whose every request would only fill the log. */
const QUIET = /^\/(health|metrics)(\/|\?|$)/;

/** Milliseconds in which the headers of a request have to arrive, those of the first from when the client connects. */
const HEADERS_MS = 20_000;
/** How often it is looked for connections that take longer. */
const LOOK_EVERY_MS = 5_000;
/** Milliseconds for which nothing may be sent nor received during a request: what a slow store may take, and more. */
const STANDSTILL_MS = 120_000;
/** Milliseconds for which a connection is kept for the next request: longer than proxies keep theirs, mostly 60 s. */
const KEEP_ALIVE_MS = 72_000;

const TOO_LARGE = 413;

/** Fastify with limits on what a client may make it wait for or remember. */
export const makeAdapter = (settings: Settings): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit: MOST_BODY_BYTES,
    trustProxy: settings.TRUST_PROXY.length > 0 ? settings.TRUST_PROXY : false,
    genReqId: (request: IncomingMessage) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : uuidv7();
    },
    routerOptions: { maxParamLength: 2048 },
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: LOOK_EVERY_MS },
    connectionTimeout: STANDSTILL_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // None for the whole of a request, which may be a film: refuseSlowBody sees to its body.
    requestTimeout: 0,
    clientErrorHandler: answerClientError,
    frameworkErrors: answerBadAddress,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  });

/**
 * JSON is the one body the API reads, but for files in forms; anything else is 415. An empty body with a JSON content type is no body:
 * some clients always send the header.
 */
export function installJsonParser(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body, done);
  });
  // Read by the route, as it comes.
  fastify.addContentTypeParser('multipart/form-data', (request, _body, done) => {
    if (isFormUpload(request.raw)) done(null);
    else done(new UnsupportedMediaTypeException());
  });
}

/** Security headers, request ids and one log line a request, for every route whoever serves it. */
export function installHooks(app: NestFastifyApplication, logger: Logger): void {
  const secure = helmet({
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        // Plain-http installations on a LAN would load nothing.
        upgradeInsecureRequests: null,
      },
    },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  });
  const fastify = app.getHttpAdapter().getInstance();
  continueWhenWanted(fastify.server);
  fastify.addHook('onRequest', (request, reply, done) => {
    enterContext({ requestId: request.id });
    enterTenantScope();
    void reply.header('X-Request-Id', request.id);
    refuseSlowBody(request, reply);
    secure(request.raw, reply.raw, (error) => done(error instanceof Error ? error : undefined));
  });
  const bodies = new BodyBudget();
  fastify.addHook('preParsing', (request, reply, _payload, done) => {
    bodies.hold(request, reply);
    done();
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const isForm = isFormUpload(request.raw);
    if ((isForm || reply.statusCode === TOO_LARGE) && !request.raw.complete) {
      void reply.header('Connection', 'close');
      closeSlowly(request.raw.socket);
    }
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    if (!QUIET.test(request.url))
      logger.info(
        {
          requestId: request.id,
          method: request.method,
          path: withoutToken(request.url.split('?', 1)[0] ?? '/'),
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime),
          ip: request.ip,
        },
        'request',
      );
    done();
  });
}
