import type { Queue } from 'bullmq';
import type { Logger } from '#libs/telemetry/logger.js';
import type { JobKind } from './job-kinds.js';
import type { JobToken } from './enqueue.js';

/** Longest that a caller waits for the queue; the reconciler makes up for what was not dispatched. */
const DEADLINE_MS = 1_000;

/** Thrown when the queue does not answer in time. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
}

/**
 * Tells the queue that job rows are ready. The queue is a hint: a token only wakes a worker, which then
 * takes the row whose turn it is. A token lost is made again by the reconciler, a token too many finds nothing.
 */
export class Dispatcher {
  constructor(
    private readonly queues: ReadonlyMap<JobKind, Queue>,
    private readonly isUp: () => boolean,
    private readonly logger: Logger,
  ) {}

  queue(kind: JobKind): Queue {
    const queue = this.queues.get(kind);
    if (!queue) throw new Error(`no queue is registered for ${kind}`);
    return queue;
  }

  /** Call after the commit. Never throws: the rows are safe, and a queue that is away learns of them later. */
  async dispatch(tokens: readonly JobToken[]): Promise<void> {
    try {
      await this.ask(() => Promise.all(tokens.map((token) => this.add(token))));
    } catch (error) {
      this.logger.warn({ error, jobs: tokens.map((token) => token.jobId) }, 'jobs wait for the reconciler: no queue');
    }
  }

  /** Adds wake-ups that no particular row asked for. */
  async addWakeUps(kind: JobKind, count: number, stamp: string): Promise<void> {
    const jobs = Array.from({ length: count }, (_, index) => ({
      name: kind,
      data: {},
      opts: { ...TOKEN_OPTIONS, jobId: `wake-${stamp}-${index}` },
    }));
    await this.ask(() => this.queue(kind).addBulk(jobs), DEADLINE_MS * 10);
  }

  /** Pauses or resumes the queue everywhere. @throws QueueUnavailableError */
  async setPaused(kind: JobKind, paused: boolean): Promise<void> {
    const queue = this.queue(kind);
    await this.ask(() => (paused ? queue.pause() : queue.resume()));
  }

  /** @throws QueueUnavailableError */
  isPaused(kind: JobKind): Promise<boolean> {
    return this.ask(() => this.queue(kind).isPaused());
  }

  /** Wake-ups in the queue that a worker can take now. @throws QueueUnavailableError */
  async ready(kind: JobKind): Promise<number> {
    const counts = await this.ask(() => this.queue(kind).getJobCounts('waiting', 'prioritized'));
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /** @throws QueueUnavailableError when the backend does not answer */
  async check(): Promise<void> {
    const [first] = this.queues.values();
    if (first) await this.ask(() => first.getJobCounts('waiting'));
  }

  private async ask<T>(command: () => Promise<T>, milliseconds = DEADLINE_MS): Promise<T> {
    if (!this.isUp()) throw new QueueUnavailableError('the queue is away');
    return withDeadline(command(), milliseconds);
  }

  private async add(token: JobToken): Promise<void> {
    // The number makes each turn of a job a new token, and the same turn told twice one token.
    const jobId = `${token.jobId}-${token.starts}`;
    await this.queue(token.kind).add(token.kind, {}, { ...TOKEN_OPTIONS, jobId, delay: token.delayMs });
  }
}

const TOKEN_OPTIONS = { removeOnComplete: true, removeOnFail: true } as const;

async function withDeadline<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new QueueUnavailableError(`the queue did not answer within ${milliseconds} ms`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
