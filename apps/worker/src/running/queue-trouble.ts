import { Inject, Injectable } from '@nestjs/common';
import type { JobKind } from '#libs/queue/job-kinds.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';

const QUIET_MS = 1_000;

/** Each kind of job asks the queue by itself. When it is away, one line a second says so for all of them. */
@Injectable()
export class QueueTrouble {
  private quietUntil = 0;

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  tell(kind: JobKind, error: Error): void {
    if (Date.now() < this.quietUntil) return;
    this.quietUntil = Date.now() + QUIET_MS;
    this.logger.warn({ error, kind }, 'the queue could not be asked for work; trying again');
  }
}
