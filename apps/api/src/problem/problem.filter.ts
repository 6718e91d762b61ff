import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';
import { toDocument } from './problem.js';
import { toProblem } from './translate.js';

/** Whatever is thrown leaves as application/problem+json; what is our fault is logged with its cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerWithProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.logger);
  }
}

export function answerWithProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const problem = toProblem(error);
  if (problem.code === 'INTERNAL_ERROR') logger.error({ error: problem.cause }, 'a request failed unexpectedly');
  else if (problem.status >= 500) logger.warn({ error: problem.cause, code: problem.code }, problem.detail);
  if (reply.sent) return;
  const path = request.url.split('?', 1)[0] ?? '/';
  void reply
    .status(problem.status)
    .headers(problem.headers)
    .header('Content-Type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(toDocument(problem, path, request.id)));
}
