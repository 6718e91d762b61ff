import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../support/free-port.js';
import { until } from '../support/until.js';

const root = path.resolve(import.meta.dirname, '../..');

const READY_WITHIN_MS = 200_000;

interface Runtime {
  databaseUrl: string;
  processes: Record<string, { pid: number }>;
}

/** `npm start` in a data folder of its own, as a person at a terminal would see it. */
export class Supervisor {
  output = '';
  readonly ended: Promise<number | string>;
  readonly child: ChildProcess;

  private constructor(
    readonly directory: string,
    readonly port: number,
    environment: Record<string, string>,
  ) {
    this.child = spawn(process.execPath, ['scripts/start.mjs'], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        HOST: '127.0.0.1',
        PORT: String(port),
        DATA_DIR: directory,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.ended = once(this.child, 'close').then(([code, signal]: unknown[]) => (signal ?? code) as number | string);
  }

  static async start(directory: string, environment: Record<string, string> = {}): Promise<Supervisor> {
    return new Supervisor(directory, await freePort(), environment);
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  /** @throws with all that was printed when it ends, or takes too long */
  async untilReady(): Promise<this> {
    const ended = this.ended.then((end) => Promise.reject(new Error(`ended (${String(end)})\n${this.output}`)));
    await Promise.race([ended, this.untilPrinted(/Media Inbox is ready/)]);
    return this;
  }

  async untilPrinted(pattern: RegExp): Promise<void> {
    await until(
      () => this.output,
      (output) => pattern.test(output),
      READY_WITHIN_MS,
    );
  }

  /** Process ids by name: supervisor, postgres (the helper), api, worker, and postmaster, the server itself. */
  pids(): Record<string, number> {
    const { processes } = JSON.parse(readFileSync(path.join(this.directory, 'runtime.json'), 'utf8')) as Runtime;
    const pids = Object.fromEntries(Object.entries(processes).map(([name, { pid }]) => [name, pid]));
    const [postmaster] = readFileSync(path.join(this.directory, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    return { ...pids, postmaster: Number(postmaster) };
  }

  /** Resolves with the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<{ end: number | string }> {
    this.child.kill(signal);
    return { end: await this.ended };
  }
}

/** Of the processes, those that are still there. */
export function running(pids: Record<string, number>): string[] {
  return Object.entries(pids)
    .filter(([, pid]) => isRunning(pid))
    .map(([name]) => name);
}

function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
}
