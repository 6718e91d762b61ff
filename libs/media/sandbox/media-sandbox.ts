import { MediaFailure } from '../failure.js';
import type { ProcessResult, Task } from '../process.js';
import { Admission, type Ticket } from './admission.js';
import type { RoomWanted } from './messages.js';
import { roomToBegin } from './room-to-begin.js';
import { SandboxChild } from './sandbox-child.js';

export interface SandboxOptions {
  /** Most children at a time; tasks beyond that wait their turn. */
  size: number;
  /** Resident bytes above which a child is killed with its task. Linux only; no limit when left out. */
  memoryLimitBytes?: number;
  /** Lets files say that the child shall crash or hang; for tests. */
  testHooks?: boolean;
}

export interface RunOptions {
  signal?: AbortSignal;
  /** From when a child has the task. */
  timeoutMs?: number;
  /** Where a task may take another amount than others. */
  memoryLimitBytes?: number;
}

/** Room for one child; it is made when first needed, and again after one has died. */
interface Slot {
  child: SandboxChild | null;
}

/** What those get who stopped waiting. */
const NO_SLOT: Slot = { child: null };

const MEMORY_CHECK_MS = 200;

/**
 * Bytes for each child that decodes may take side by side; one that takes more than all children's share decodes alone.
 * Two JPEG of 12 megapixels fit; of two AVIF one waits.
 */
const ROOM_FOR_EACH = 40 * 1024 ** 2;

/**
 * Processes files in child processes, so that one that crashes its decoder, hangs it or eats all memory takes down
 * one child and its own task, never this process or a neighbour. Children are kept from task to task.
 *
 * Why no library: workerpool gives a child up to a second to clean up before it kills it, reports a crash as prose
 * without signal or exit code, and settles a cancelled task while the process may still write into its folder.
 */
export class MediaSandbox {
  private readonly slots: Slot[];
  private readonly idle: Slot[];
  private readonly waiting: Array<(slot: Slot) => void> = [];
  private readonly stops = new Set<(reason: unknown) => void>();
  private readonly admission: Admission;
  private closed = false;

  constructor(private readonly options: SandboxOptions) {
    this.admission = new Admission(options.size * ROOM_FOR_EACH, () => this.dismissIdle());
    this.slots = Array.from({ length: options.size }, () => ({ child: null }));
    this.idle = [...this.slots];
  }

  /** Process ids of the children that live. */
  get pids(): number[] {
    return this.slots.flatMap(({ child }) => (child?.isAlive && child.pid !== undefined ? [child.pid] : []));
  }

  /**
   * Settles only when nothing works on the task any more: its folder can then be removed.
   * @throws MediaFailure: the file's own, or PROCESSOR_CRASHED, TIMED_OUT, MEMORY_LIMIT_EXCEEDED, SANDBOX_CLOSED;
   *   the signal's reason when it was aborted
   */
  async run(task: Task, options: RunOptions = {}): Promise<ProcessResult> {
    this.refuseIfEnded(options.signal);
    const slot = this.idle.pop() ?? (await this.waitForSlot(options.signal));
    const ticket = {};
    try {
      this.refuseIfEnded(options.signal);
      return await this.runAdmitted(slot, task, ticket, options);
    } finally {
      // In this order: the next large decode may end this child.
      this.release(slot);
      this.admission.leave(ticket);
    }
  }

  /** Kills what still runs, and takes no more. Settles when every child is gone. */
  async close(): Promise<void> {
    this.closed = true;
    for (const give of this.waiting.splice(0)) give(NO_SLOT);
    for (const stop of this.stops) stop(isClosed());
    this.admission.close();
    await Promise.all(this.slots.flatMap(({ child }) => (child ? [child.kill()] : [])));
  }

  /** A task that has to wait for room begins again when there is some: meanwhile its child would hold 80 MB. */
  private async runAdmitted(slot: Slot, task: Task, ticket: Ticket, options: RunOptions): Promise<ProcessResult> {
    for (let room = roomToBegin(task); ;) {
      if (!this.admission.tryEnter(ticket, room)) await this.waitForRoom(ticket, room, options.signal);
      this.refuseIfEnded(options.signal);
      const outcome = await this.runIn(slot, task, ticket, options);
      if ('outputs' in outcome) return outcome;
      room = outcome.roomWanted;
    }
  }

  private async runIn(
    slot: Slot,
    task: Task,
    ticket: Ticket,
    options: RunOptions,
  ): Promise<ProcessResult | RoomWanted> {
    const { signal, timeoutMs } = options;
    const child = slot.child?.isAlive ? slot.child : new SandboxChild({ testHooks: this.options.testHooks ?? false });
    slot.child = child;
    let stopped: { reason: unknown } | undefined;
    let roomWanted: number | undefined;
    const stop = (reason: unknown) => {
      if (!this.stops.has(stop)) return; // The memory check may answer late, when the child has another task.
      stopped ??= { reason };
      void child.kill();
    };
    const onAbort = () => stop(signal?.reason);
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => stop(isTimedOut(timeoutMs)), timeoutMs);
    const limit = options.memoryLimitBytes ?? this.options.memoryLimitBytes;
    const memory = limit && setInterval(() => void checkMemory(child, limit, stop), MEMORY_CHECK_MS);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.stops.add(stop);
    try {
      return await child.run(task, (bytes) => {
        if (this.admission.tryEnter(ticket, bytes)) return true;
        roomWanted = bytes;
        void child.kill();
        return false;
      });
    } catch (error) {
      if (stopped) throw stopped.reason;
      if (roomWanted !== undefined) return { roomWanted };
      throw error;
    } finally {
      clearTimeout(timer);
      if (memory) clearInterval(memory);
      signal?.removeEventListener('abort', onAbort);
      this.stops.delete(stop);
    }
  }

  /** A child that has nothing to do holds 80 MB, and is made anew in a fifth of a second. */
  private dismissIdle(): void {
    for (const { child } of this.idle) void child?.kill();
  }

  private refuseIfEnded(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    if (this.closed) throw isClosed();
  }

  /** Settles, too, when the wait ended otherwise. */
  private async waitForRoom(ticket: Ticket, bytes: number, signal: AbortSignal | undefined): Promise<void> {
    const onAbort = () => this.admission.leave(ticket);
    signal?.addEventListener('abort', onAbort, { once: true });
    await this.admission.enter(ticket, bytes);
    signal?.removeEventListener('abort', onAbort);
  }

  /** First come, first served; NO_SLOT when the wait ended otherwise. */
  private waitForSlot(signal: AbortSignal | undefined): Promise<Slot> {
    return new Promise((resolve) => {
      const onAbort = () => {
        this.waiting.splice(this.waiting.indexOf(give), 1);
        resolve(NO_SLOT);
      };
      const give = (slot: Slot) => {
        signal?.removeEventListener('abort', onAbort);
        resolve(slot);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(give);
    });
  }

  private release(slot: Slot): void {
    if (slot === NO_SLOT) return;
    const next = this.waiting.shift();
    if (next) next(slot);
    else this.idle.push(slot);
  }
}

const isClosed = () => new MediaFailure('SANDBOX_CLOSED', 'The worker stopped before the file was processed.');

const isTimedOut = (timeoutMs: number) =>
  new MediaFailure('TIMED_OUT', `Processing the file took longer than ${timeoutMs / 1000} s.`);

async function checkMemory(child: SandboxChild, limit: number, stop: (reason: unknown) => void): Promise<void> {
  const used = await child.memory();
  if (used === undefined || used <= limit) return;
  const detail = `Processing the file took more than the ${Math.round(limit / 1024 ** 2)} MB of memory that are allowed.`;
  stop(new MediaFailure('MEMORY_LIMIT_EXCEEDED', detail));
}
