import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MediaFailure, systemCode } from '../failure.js';
import type { ProcessResult, Task } from '../process.js';
import { memoryOf } from './memory.js';
import { ROOM_MADE, TEST_HOOKS_FLAG, type Reply, type RoomWanted } from './messages.js';

/** A child runs what the build made; tests run this file from its source. */
const SCRIPT = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../../dist/libs/media/sandbox/child.js' : './child.js',
    import.meta.url,
  ),
);

/**
 * All that children get of the environment: no secrets. With more arenas, and with thresholds that grow by themselves,
 * glibc holds on to freed pictures: a child had 155 MB after some photos of 12 megapixels, instead of 105.
 */
const ENVIRONMENT = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '1048576', MALLOC_MMAP_THRESHOLD_: '262144' };
/** Pictures are not on V8's heap; with room for more young objects it takes 15 MB more and is no faster. */
const HEAP_FLAGS = ['--max-old-space-size=256', '--max-semi-space-size=2', '--expose-gc'];
/** How much of the end of a child's stderr is kept, in characters. */
const STDERR_LIMIT = 4000;

/** A process that decodes one file at a time, and can be killed at any time. POSIX only: it leads its own group. */
export class SandboxChild {
  /** Settles, and never rejects, once the process is gone: with what it died of. */
  readonly exited: Promise<string>;
  private readonly process: ChildProcess;
  private alive = true;
  private stderr = '';
  /** Takes the answer to the task under way, or what the process died of. */
  private settle: ((answer: Reply | string) => void) | null = null;

  /** Whether the task under way may go on and take so many bytes. */
  private mayTake: (bytes: number) => boolean = () => true;

  constructor({ testHooks }: { testHooks: boolean }) {
    this.process = fork(SCRIPT, [String(process.pid), ...(testHooks ? [TEST_HOOKS_FLAG] : [])], {
      env: ENVIRONMENT,
      execArgv: HEAP_FLAGS,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: true,
    });
    this.process.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.stderr = (this.stderr + chunk).slice(-STDERR_LIMIT);
    });
    this.exited = new Promise((resolve) => {
      this.process.on('error', (error) => resolve(error.message));
      // What it had started may outlive it, and hold its stderr open.
      this.process.once('exit', () => this.killGroup());
      // What it wrote last on stderr comes after its exit.
      this.process.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    void this.exited.then((cause) => {
      this.alive = false;
      this.settle?.(cause);
    });
    this.process.on('message', (message) => this.hear(message as Reply | RoomWanted));
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Whether it can be given a task; false from the moment it is killed or found dead. */
  get isAlive(): boolean {
    return this.alive && this.process.connected;
  }

  /**
   * @param mayTake asked before the task takes much memory; who answers with no ends the child
   * @throws MediaFailure the child's own, or PROCESSOR_CRASHED when it dies; by then it is gone for good
   */
  async run(task: Task, mayTake: (bytes: number) => boolean): Promise<ProcessResult> {
    if (!this.isAlive) throw this.crash(await this.exited);
    this.mayTake = mayTake;
    this.stderr = '';
    const reply = await this.ask(task);
    if (typeof reply === 'string') throw this.crash(reply);
    if ('result' in reply) return reply.result;
    const { code, detail, diagnostics } = reply.failure;
    throw new MediaFailure(code, detail, diagnostics);
  }

  /** Ends it at once, and everything that it has started. Settles when it is gone. */
  async kill(): Promise<void> {
    if (this.alive) this.killGroup();
    this.alive = false;
    await this.exited;
  }

  /** Resident memory in bytes, with that of the programs it has started; undefined where the system does not tell. */
  async memory(): Promise<number | undefined> {
    return this.pid === undefined ? undefined : memoryOf(this.pid);
  }

  private ask(task: Task): Promise<Reply | string> {
    return new Promise((resolve) => {
      this.settle = resolve;
      // A channel that is closed means a process that is about to be gone, and its exit settles this.
      this.process.send(task, () => undefined);
    });
  }

  private hear(message: Reply | RoomWanted): void {
    if (!('roomWanted' in message)) return this.settle?.(message);
    // As with a task: a child that is gone by then needs no answer.
    if (this.mayTake(message.roomWanted)) this.process.send(ROOM_MADE, () => undefined);
  }

  private killGroup(): void {
    try {
      if (this.process.pid !== undefined) process.kill(-this.process.pid, 'SIGKILL');
    } catch (error) {
      // No such group: gone already. EPERM is what macOS says of one that is only waited for.
      if (!['ESRCH', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
    }
  }

  private crash(cause: string): MediaFailure {
    const detail =
      cause === 'SIGKILL'
        ? 'The system ended the process that decoded the file (SIGKILL), most likely for want of memory.'
        : `The process that decoded the file crashed (${cause}).`;
    return new MediaFailure('PROCESSOR_CRASHED', detail, this.stderr.trim() || undefined);
  }
}
