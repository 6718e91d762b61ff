import { v7 as uuidv7 } from 'uuid';
import type { Database, Transaction } from '#libs/database/database.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { failpoint } from '#libs/lifecycle/failpoint.js';
import { withContext } from '#libs/telemetry/context.js';
import type { Dispatcher } from './dispatcher.js';
import type { JobToken } from './enqueue.js';
import type { JobKind } from './job-kinds.js';
import { LeaseLostError, type EndedJob, type JobFailure, type LeasedJob, type Leases } from './leases.js';

/** Runs inside the transaction that completes the job, so that the work shows whole or not at all. */
export type Commit = (tx: Transaction) => Promise<readonly JobToken[]>;

export interface JobHandler {
  /** Does the work outside any transaction; must end soon after `signal` aborts. */
  run(job: LeasedJob, signal: AbortSignal): Promise<Commit>;
}

/** Runs inside the transaction that ends a job for good without its work, and tells whoever waits for that. */
export type GiveUp = (tx: Transaction, job: EndedJob, failure: JobFailure) => Promise<void>;

export type JobHandlers = Readonly<Record<JobKind, JobHandler>>;

/** The run took longer than its kind may. */
export class JobTimeoutError extends Error {
  override readonly name = 'JobTimeoutError';
}

class ShutdownError extends Error {
  override readonly name = 'ShutdownError';
}

export interface JobRunnerOptions {
  database: Database;
  leases: Leases;
  dispatcher: Dispatcher;
  handlers: JobHandlers;
  giveUp: GiveUp;
  /** Turns whatever a handler threw into a named failure. */
  toFailure: (error: unknown) => JobFailure;
  timeoutSeconds: (kind: JobKind) => number;
  leaseSeconds: number;
  logger: Logger;
  /** For metrics. */
  onFinished?: (kind: JobKind, outcome: RunOutcome, seconds: number) => void;
}

export type RunOutcome = 'completed' | 'failed' | 'retried' | 'lost' | 'released';

/** A run under way, and until when its lease is known to be ours: on our monotonic clock, in milliseconds. */
interface Run {
  cancel: AbortController;
  heldUntil: number;
  expiry?: NodeJS.Timeout;
}

/** Runs leased jobs: renews their leases, ends them in time, and commits their work exactly once. */
export class JobRunner {
  private readonly running = new Map<string, Run>();
  private readonly idle = new Set<() => void>();
  private renewal?: NodeJS.Timeout;
  private stopping = false;

  constructor(private readonly options: JobRunnerOptions) {}

  start(): void {
    const period = (this.options.leaseSeconds * 1000) / 3;
    this.renewal = setInterval(() => void this.renewLeases(), period);
  }

  /** Runs the job whose turn it is, if any; never rejects because of the job. */
  async runNext(kind: JobKind): Promise<void> {
    if (this.stopping) return this.passOn(kind);
    const asked = performance.now();
    const job = await this.options.leases.claim(kind);
    if (!job) return;
    await withContext({ jobId: job.id, tenantId: job.tenantId, ...(job.assetId && { assetId: job.assetId }) }, () =>
      this.run(job, asked),
    );
  }

  /** A wake-up that arrives while we stop is somebody else's: without it, he would wait for the reconciler. */
  private async passOn(kind: JobKind): Promise<void> {
    try {
      await this.options.dispatcher.addWakeUps(kind, 1, uuidv7());
    } catch (error) {
      this.options.logger.info({ error, kind }, 'a wake-up was not passed on: the reconciler makes up for it');
    }
  }

  /** Lets runs end by themselves for `graceMs`, then hands the rest back to the queue. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    const timer = setTimeout(() => this.abortAll(new ShutdownError('the worker is shutting down')), graceMs);
    if (this.running.size > 0) await new Promise<void>((resolve) => this.idle.add(resolve));
    clearTimeout(timer);
    clearInterval(this.renewal);
  }

  get active(): number {
    return this.running.size;
  }

  private async run(job: LeasedJob, claimedAt: number): Promise<void> {
    const { database, leases, handlers, logger } = this.options;
    const cancel = new AbortController();
    const seconds = this.options.timeoutSeconds(job.kind);
    const timeout = setTimeout(() => cancel.abort(new JobTimeoutError(`not done within ${seconds} s`)), seconds * 1000);
    const run: Run = { cancel, heldUntil: 0 };
    this.running.set(job.leaseToken, run);
    this.hold(run, claimedAt);
    // Claimed while we were told to stop: nobody waits for it to end by itself.
    if (this.stopping) cancel.abort(new ShutdownError('the worker is shutting down'));
    const began = performance.now();
    let outcome: RunOutcome = 'completed';
    failpoint('job:claimed');
    try {
      cancel.signal.throwIfAborted();
      const commit = await handlers[job.kind].run(job, cancel.signal);
      cancel.signal.throwIfAborted();
      const tokens = await database.transaction(async (tx) => {
        await leases.complete(tx, job);
        return commit(tx);
      });
      failpoint('job:committed');
      await this.options.dispatcher.dispatch(tokens);
    } catch (error) {
      outcome = await this.settle(job, cancel.signal.aborted ? cancel.signal.reason : error);
    } finally {
      clearTimeout(timeout);
      clearTimeout(run.expiry);
      this.running.delete(job.leaseToken);
      if (this.running.size === 0) for (const resolve of this.idle) resolve();
      const elapsed = (performance.now() - began) / 1000;
      this.options.onFinished?.(job.kind, outcome, elapsed);
      logger.info({ kind: job.kind, outcome, seconds: Number(elapsed.toFixed(3)) }, `job ${outcome}`);
    }
  }

  /** Writes down how a run ended that did not end well. */
  private async settle(job: LeasedJob, reason: unknown): Promise<RunOutcome> {
    const { database, leases, giveUp, logger } = this.options;
    if (reason instanceof LeaseLostError) return 'lost';
    try {
      if (reason instanceof ShutdownError) {
        const token = await database.transaction((tx) => leases.release(tx, job));
        if (token) await this.options.dispatcher.dispatch([token]);
        return 'released';
      }
      const failure = this.options.toFailure(reason);
      logger.warn({ error: reason, code: failure.code, permanent: failure.permanent }, failure.detail);
      const token = await database.transaction(async (tx) => {
        const next = await leases.fail(tx, job, failure);
        if (!next) await giveUp(tx, job, failure);
        return next;
      });
      if (token) await this.options.dispatcher.dispatch([token]);
      return token ? 'retried' : 'failed';
    } catch (error) {
      // The lease runs out by itself and the reconciler gives the job to somebody else.
      logger.error({ error }, 'a run could not be written down; its lease will run out');
      return 'lost';
    }
  }

  private async renewLeases(): Promise<void> {
    const tokens = [...this.running.keys()];
    if (tokens.length === 0) return;
    const asked = performance.now();
    try {
      const ours = await this.options.leases.renew(tokens);
      for (const token of tokens) {
        const run = this.running.get(token);
        if (!run) continue;
        if (ours.has(token)) this.hold(run, asked);
        else run.cancel.abort(new LeaseLostError('cancelled, or taken by another worker'));
      }
    } catch (error) {
      this.options.logger.warn({ error }, 'leases could not be renewed; trying again');
    }
  }

  /**
   * Whoever is cut off from the database learns of nothing, and might write into the store beside the run that has
   * taken the job over: a lease that was not renewed ends its run when it runs out.
   *
   * @param asked when the database was asked for it: it counts from a moment later
   */
  private hold(run: Run, asked: number): void {
    run.heldUntil = Math.max(run.heldUntil, asked + this.options.leaseSeconds * 1000);
    clearTimeout(run.expiry);
    const late = new LeaseLostError('the lease ran out before it could be renewed');
    run.expiry = setTimeout(() => run.cancel.abort(late), run.heldUntil - performance.now());
  }

  private abortAll(reason: Error): void {
    for (const { cancel } of this.running.values()) cancel.abort(reason);
  }
}
