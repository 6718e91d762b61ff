import { execFile, spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { until } from '../support/until.js';

const execute = promisify(execFile);
const STOP_PATIENCE_MS = 60_000;
const RUN_PATIENCE_MS = 200_000;

export interface ImageConfig {
  User: string;
  Cmd: string[];
  StopSignal: NodeJS.Signals;
  /** CMD and the command. */
  Healthcheck: { Test: string[] };
}

/** What a command in a container printed, and its exit status. */
export interface Ran {
  status: number;
  output: string;
}

export async function inspectImage(image: string): Promise<ImageConfig> {
  const { stdout } = await execute('buildah', ['inspect', '--type', 'image', image], { maxBuffer: 16 * 1024 * 1024 });
  return (JSON.parse(stdout) as { Docker: { config: ImageConfig } }).Docker.config;
}

/**
 * A container of an image, in the machine's own network. An engine sends its signals to the image's process; buildah,
 * asked to end, kills it.
 */
export class Container {
  readonly lines: string[] = [];
  private child: ChildProcess | undefined;
  private ended: Promise<number | string> | undefined;

  private constructor(
    readonly id: string,
    readonly hostname: string,
    private readonly config: ImageConfig,
    private readonly environment: Record<string, string>,
  ) {}

  static async create(image: string, hostname: string, environment: Record<string, string>): Promise<Container> {
    const config = await inspectImage(image);
    const { stdout } = await execute('buildah', ['from', '--pull-never', image]);
    return new Container(stdout.trim(), hostname, config, environment);
  }

  /** Runs a command to its end, as the image's user. */
  async run(...command: string[]): Promise<Ran> {
    const child = buildah(this.runArguments(command));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    const patience = setTimeout(() => child.kill(), RUN_PATIENCE_MS);
    const [status] = (await once(child, 'close')) as [number | null];
    clearTimeout(patience);
    return { status: status ?? -1, output };
  }

  /** Runs the image's health check. */
  checkHealth(): Promise<Ran> {
    const [kind, ...command] = this.config.Healthcheck.Test;
    if (kind !== 'CMD') throw new Error(`a health check of another kind: ${kind}`);
    return this.run(...command);
  }

  /** Starts the image's own command. */
  start(): void {
    const child = buildah(this.runArguments(this.config.Cmd));
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    this.ended = once(child, 'exit').then(([code, signal]: unknown[]) => (signal ?? code) as number | string);
    this.child = child;
  }

  /** The process that the image's command has become, seen from outside. */
  process(): Promise<{ pid: number; uid: number }> {
    return until(
      () => this.findProcess() ?? { pid: 0, uid: 0 },
      ({ pid }) => pid > 0,
    );
  }

  /** Sends the image's stop signal; resolves with how the process ended, be it by SIGKILL in the end. */
  async stop(): Promise<number | string> {
    const { child, ended } = this;
    if (!child || !ended) throw new Error('not started');
    process.kill((await this.process()).pid, this.config.StopSignal);
    const patience = setTimeout(() => child.kill(), STOP_PATIENCE_MS);
    const end = await ended;
    clearTimeout(patience);
    return end;
  }

  async remove(): Promise<void> {
    this.child?.kill();
    await this.ended;
    await execute('buildah', ['rm', this.id]);
  }

  private runArguments(command: string[]): string[] {
    const environment = Object.entries(this.environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    return ['run', '--hostname', this.hostname, ...environment, this.id, '--', ...command];
  }

  private findProcess(): Process | undefined {
    const program = this.config.Cmd.join('\0');
    // Between buildah and the process stand helpers whose command lines end alike.
    return descendants(this.child?.pid).findLast(
      ({ commandLine }) => commandLine.endsWith(program) && !commandLine.startsWith('buildah'),
    );
  }
}

/** buildah, which ends when we do; asked to end, it kills what it runs. */
function buildah(args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  return spawn('setpriv', ['--pdeathsig', 'TERM', 'buildah', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

interface Process {
  pid: number;
  parent: number;
  /** Of the user whose rights it has. */
  uid: number;
  /** Arguments with NUL between. */
  commandLine: string;
}

function descendants(pid: number | undefined, all = processes()): Process[] {
  const children = all.filter(({ parent }) => parent === pid);
  return [...children, ...children.flatMap((child) => descendants(child.pid, all))];
}

/** proc(5). */
function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8');
        const field = (key: string) => Number(new RegExp(`^${key}:\\t(?:\\d+\\t)?(\\d+)`, 'm').exec(status)?.[1]);
        const commandLine = readFileSync(`/proc/${name}/cmdline`, 'utf8').replace(/\0$/, '');
        return [{ pid: Number(name), parent: field('PPid'), uid: field('Uid'), commandLine }];
      } catch (error) {
        // It has ended between the listing and the reading.
        if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
        throw error;
      }
    });
}
