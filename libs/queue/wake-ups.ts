import { v7 as uuidv7 } from 'uuid';
import type { Database } from '#libs/database/database.js';
import type { Logger } from '#libs/telemetry/logger.js';
import type { Dispatcher } from './dispatcher.js';
import type { JobKind } from './job-kinds.js';

/** Enough to keep every worker busy until the next look; a flushed Redis is not refilled in one breath. */
const MOST_AT_ONCE = 10_000;

export interface QueueSides {
  database: Database;
  dispatcher: Dispatcher;
  logger: Logger;
}

/**
 * Makes a queue agree with its rows: paused when its row in `queues` says so, and with a wake-up for every job that
 * is ready to run. One too many is harmless: it finds nothing to do.
 * @throws QueueUnavailableError
 */
export async function matchQueue({ database, dispatcher, logger }: QueueSides, kind: JobKind): Promise<void> {
  const [row] = await database.query<{ ready: number; paused: boolean }>(
    'match-queue',
    `SELECT (SELECT count(*)::int FROM jobs WHERE kind = $1 AND state = 'WAITING')
              + (SELECT count(*)::int FROM jobs WHERE kind = $1 AND state = 'DELAYED' AND run_at <= now()) AS ready,
            EXISTS (SELECT 1 FROM queues WHERE name = $1 AND paused) AS paused`,
    [kind],
  );
  if (!row) return;
  if ((await dispatcher.isPaused(kind)) !== row.paused) await dispatcher.setPaused(kind, row.paused);
  if (row.paused) return;
  const missing = Math.min(MOST_AT_ONCE, row.ready - (await dispatcher.ready(kind)));
  if (missing <= 0) return;
  logger.info({ kind, missing }, 'waking workers for jobs that the queue does not know of');
  await dispatcher.addWakeUps(kind, missing, uuidv7());
}
