import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { isJobKind } from '#libs/queue/job-kinds.js';
import { matchQueue } from '#libs/queue/wake-ups.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';

/** Tells queues at once what rows have come to say. Without it a worker finds out within seconds. */
@Injectable()
export class WakeWorkers {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Call after the commit. Never throws: the rows are safe, and a queue that is away learns of them later. */
  async of(kinds: Iterable<string>): Promise<void> {
    const { database, dispatcher, logger } = this;
    for (const kind of new Set(kinds)) {
      if (!isJobKind(kind)) continue;
      try {
        await matchQueue({ database, dispatcher, logger }, kind);
      } catch (error) {
        logger.warn({ error, kind }, 'the queue will be told by the reconciler');
      }
    }
  }
}
