import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { API_FLAGS, WORKER_FLAGS } from '../../scripts/supervisor/node-flags.mjs';

const root = path.resolve(import.meta.dirname, '../..');

/** Longer than an app needs on a slow and busy machine; who has not ended by then is killed. */
const STOP_PATIENCE_MS = 60_000;
/** Lines of its log that are kept. */
const LOG_LINES = 5_000;

/** One API or worker process, compiled, as in production. */
export class StackProcess {
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  /** Resolves with the exit code or the signal's name. */
  readonly ended: Promise<number | string>;

  constructor(
    readonly app: 'api' | 'worker',
    environment: Record<string, string>,
  ) {
    // The IPC channel ends it when the test process is gone, whatever the reason.
    this.child = spawn(
      process.execPath,
      [...(app === 'api' ? API_FLAGS : WORKER_FLAGS), `dist/apps/${app}/src/main.js`],
      {
        cwd: root,
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    for (const stream of [this.child.stdout, this.child.stderr])
      if (stream) createInterface({ input: stream }).on('line', (line) => this.keep(line));
    this.ended = once(this.child, 'exit').then(([code, signal]: unknown[]) => (signal ?? code) as number | string);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`the ${this.app} could not be started`);
    return this.child.pid;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** SIGTERM, and SIGKILL when that is not enough; resolves when it has ended. */
  async stop(): Promise<number | string> {
    this.child.kill('SIGTERM');
    const patience = setTimeout(() => this.child.kill('SIGKILL'), STOP_PATIENCE_MS);
    const end = await this.ended;
    clearTimeout(patience);
    return end;
  }

  private keep(line: string): void {
    this.lines.push(line);
    if (this.lines.length > LOG_LINES) this.lines.shift();
  }
}
