import { AsyncResource } from 'node:async_hooks';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Logger } from '#libs/telemetry/logger.js';
import { Problem } from '../problem/problem.js';
import { answerWithProblem } from '../problem/problem.filter.js';
import { Turnstile, type Closed } from './turnstile.js';
import { Turns } from './turns.js';

/**
 * A client that asks again as soon as it is refused does so once in about so many milliseconds: half as many to half
 * as many again, so that its connections do not all come back at once.
 */
const HELD_MS = 1_000;
const held = (): number => HELD_MS * (0.5 + Math.random());
/** Refusals that are held back at a time; more are answered at once, and have to connect again. */
const MOST_HELD = 1_000;

/** Requests of one credential that are worked on at a time; of those that come with JSON: others may be films. */
const AT_A_TIME = { alone: 8, beside: 1 };
/** What takes longer waits for something else than the processor, and the others of its credential not for it. */
const SLOW_MS = 250;
const isShort = ({ headers }: FastifyRequest): boolean => headers['content-type']?.includes('json') ?? false;

/**
 * Refuses what a credential asks for too fast before the request is read, and takes its time with it: a client that
 * asks in a loop is slowed down by its own connections. What is not signed in is counted by address, later.
 */
export function holdBackFloods(app: NestFastifyApplication, perMinute: number, logger: Logger): void {
  const turnstile = app.get(Turnstile);
  let waiting = 0;
  const refuse = (closed: Closed, request: FastifyRequest, reply: FastifyReply): void => {
    const limit = closed.policy === 'burst' ? turnstile.burst : { requests: perMinute, seconds: 60 };
    void reply.header('RateLimit-Policy', `"${closed.policy}";q=${limit.requests};w=${limit.seconds}`);
    void reply.header('RateLimit', `"${closed.policy}";r=0;t=${closed.seconds}`);
    answerWithProblem(tooMany(closed.seconds), request, reply, logger);
  };
  const turns = new Turns(AT_A_TIME);
  const inTurn = (credential: string, reply: FastifyReply, go: () => void): void => {
    const come = (): void => {
      // The client may have gone meanwhile.
      if (reply.raw.destroyed) return turns.leave(credential);
      let isInside = true;
      const leave = (): void => {
        clearTimeout(slow);
        if (isInside) turns.leave(credential);
        isInside = false;
      };
      const slow = setTimeout(leave, SLOW_MS);
      reply.raw.once('close', leave);
      go();
    };
    // Called when somebody else leaves: log lines are to name this request, not theirs.
    turns.enter(credential, AsyncResource.bind(come));
  };
  const hook: onRequestHookHandler = (request, reply, done) => {
    const credential = request.headers.authorization;
    if (credential === undefined) return done();
    const closed = turnstile.ask(credential);
    if (!closed) return isShort(request) ? inTurn(credential, reply, done) : done();
    if (waiting >= MOST_HELD) return refuse(closed, request, reply.header('Connection', 'close'));
    waiting += 1;
    setTimeout(() => {
      waiting -= 1;
      refuse(closed, request, reply);
    }, held());
  };
  const fastify = app.getHttpAdapter().getInstance();
  // Behind what has been registered so far: a refusal has its CORS headers.
  fastify.after(() => void fastify.addHook('onRequest', hook));
}

const tooMany = (seconds: number): Problem =>
  new Problem('RATE_LIMITED', `Too many requests; try again in ${seconds} s.`, {
    headers: { 'Retry-After': String(seconds) },
  });
