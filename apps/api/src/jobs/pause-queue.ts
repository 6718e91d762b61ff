import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/database/database.js';
import { isJobKind } from '#libs/queue/job-kinds.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import { Problem } from '../problem/problem.js';
import type { QueueState } from './job.schema.js';
import { WakeWorkers } from './wake-workers.js';

/** Pauses and resumes queues everywhere; the row in `queues` decides, what the queue itself knows follows. */
@Injectable()
export class PauseQueue {
  constructor(
    private readonly database: Database,
    private readonly wakeWorkers: WakeWorkers,
  ) {}

  /** @throws Problem QUEUE_NOT_FOUND */
  async set(name: string, paused: boolean, caller: Caller, origin: Origin): Promise<QueueState> {
    if (!isJobKind(name)) throw new Problem('QUEUE_NOT_FOUND', 'There is no such queue; /queues lists them.');
    await this.database.transaction(async (tx) => {
      if (!(await change(tx, name, paused))) return;
      const action = paused ? 'queue.paused' : 'queue.resumed';
      await recordAudit(tx, { action, actor: caller, subject: { type: 'queue', id: name } }, origin);
    });
    await this.wakeWorkers.of([name]);
    return { name, paused };
  }
}

/** False when it was so already. */
async function change(tx: Transaction, name: string, paused: boolean): Promise<boolean> {
  const changed = paused
    ? await tx.$executeRaw`
        INSERT INTO queues (name, paused) VALUES (${name}, true)
        ON CONFLICT (name) DO UPDATE SET paused = true WHERE NOT queues.paused`
    : await tx.$executeRaw`UPDATE queues SET paused = false WHERE name = ${name} AND paused`;
  return changed > 0;
}
