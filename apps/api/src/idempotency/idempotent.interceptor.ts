import {
  applyDecorators,
  Inject,
  Injectable,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { catchError, finalize, from, map, mergeMap, of, type Observable } from 'rxjs';
import type { Transaction } from '#libs/database/database.js';
import { failpoint } from '#libs/lifecycle/failpoint.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';
import type { CallerRequest } from '../http/access.js';
import { invalid } from '../problem/validation.js';
import { answering } from './answer-in.js';
import { IdempotencyKeys, type StoredAnswer } from './idempotency-keys.js';

/** Printable ASCII; the draft's quoted form and the bare one that most clients send are the same key. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** Whose keys they are where nobody is signed in: that a key is nobody else's is up to the client. */
const ANYBODY = '00000000-0000-0000-0000-000000000000';

/** Well within the time after which a request counts as abandoned. */
const KEEP_TAKEN_EVERY_MS = 20_000;

@Injectable()
class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly keys: IdempotencyKeys,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler<StoredAnswer['body']>): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<CallerRequest>();
    const reply = http.getResponse<FastifyReply>();
    const header = request.headers['idempotency-key'];
    if (header === undefined) return next.handle();
    const key = String(header).replace(/^"(.*)"$/, '$1');
    if (!KEY.test(key))
      throw invalid([{ detail: 'expected 1 to 255 printable characters', pointer: '#/headers/idempotency-key' }]);
    const userId = request.caller?.userId ?? ANYBODY;
    const stored = await this.keys.take(userId, key, JSON.stringify([request.method, request.url, bodyOf(request)]));
    if (stored) {
      void reply.status(stored.status).header('Idempotency-Replayed', 'true');
      return of(stored.body);
    }
    const takenAgain = setInterval(() => void this.keepTaken(userId, key), KEEP_TAKEN_EVERY_MS);
    const keepIn = (tx: Transaction, answer: StoredAnswer) => this.keys.keepIn(tx, userId, key, answer);
    return answering(keepIn, () => next.handle()).pipe(
      finalize(() => clearInterval(takenAgain)),
      mergeMap((body) => {
        failpoint('answer:before-keep');
        return from(this.keys.keep(userId, key, { status: reply.statusCode, body })).pipe(map(() => body));
      }),
      catchError((error: unknown) => from(this.release(userId, key, error))),
    );
  }

  /** An answer may take as long as a large file takes to arrive. */
  private async keepTaken(userId: string, key: string): Promise<void> {
    try {
      await this.keys.keepTaken(userId, key);
    } catch (error) {
      this.logger.warn({ error }, 'an idempotency key may be taken by a second request');
    }
  }

  private async release(userId: string, key: string, reason: unknown): Promise<never> {
    try {
      await this.keys.release(userId, key);
    } catch (error) {
      this.logger.warn({ error }, 'an idempotency key stays taken for a minute');
    }
    throw reason;
  }
}

/** What tells a request from another; of a body that nobody has read, such as a file's, how long it is. */
const bodyOf = ({ body, headers }: CallerRequest): unknown => body ?? headers['content-length'] ?? null;

/** Sent again with the same Idempotency-Key header, the route answers as it did the first time. */
export const Idempotent = (): MethodDecorator =>
  applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Any unique text; within 24 hours the same key and request get the first answer again',
    }),
  );
