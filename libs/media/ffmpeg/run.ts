import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { MediaFailure } from '../failure.js';
import { limited, Progress } from './limits.js';

/**
 * Nothing of ours. GCONV_PATH keeps statically linked builds from loading this machine's character sets, which
 * crashes them on MPEG-TS.
 */
export const TOOL_ENVIRONMENT = { GCONV_PATH: '/nonexistent', LC_ALL: 'C', AV_LOG_FORCE_NOCOLOR: '1' };

/** How much of the end of stderr is kept, in characters. */
const STDERR_LIMIT = 4000;
/** Most bytes of stdout that are kept; who expects more takes them as they come. */
const STDOUT_LIMIT = 4 * 1024 * 1024;

/** Where ffmpeg reports its progress when it is to be watched. */
export const PROGRESS_PIPE = 'pipe:3';

export interface RunOptions {
  /** The task's own folder. */
  cwd: string;
  /** Wall-clock time, after which it is killed. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Milliseconds without progress after which it is killed; it must report its progress to PROGRESS_PIPE. */
  stallMs?: number;
  /** What it may take, where that is more than of a decoder. Bytes. */
  limits?: { cpuSeconds: number; addressSpace: number };
  /** Takes stdout as it comes, so that none of it is kept. */
  onData?: (chunk: Buffer) => void;
}

export interface Ran {
  /** null when it died of a signal of its own: it crashed. */
  exitCode: number | null;
  stdout: string;
  /** Its end. */
  stderr: string;
}

/**
 * Runs ffmpeg or ffprobe without stdin and within limits, and settles when it is gone. It is killed by SIGKILL: asked politely, ffmpeg
 * still finishes its file.
 * @throws MediaFailure TIMED_OUT, or CORRUPT_FILE when it says more than any honest file makes it say;
 *   the signal's reason when aborted; NodeJS.ErrnoException when it cannot be started
 */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { cwd, timeoutMs, stallMs, signal, onData } = options;
  signal?.throwIfAborted();
  // The shell would say that it cannot start it in words; here it is an error that names the reason.
  await access(program, constants.X_OK);
  // At most two threads work, unless more is said: CPU time can be twice the time on the clock.
  const command = limited(program, args, { cpuSeconds: Math.ceil((2 * timeoutMs) / 1000), ...options.limits });
  const stdio = ['ignore', 'pipe', 'pipe', ...(stallMs === undefined ? [] : (['pipe'] as const))] as const;
  const child = spawn(command.program, command.args, { cwd, env: TOOL_ENVIRONMENT, stdio: [...stdio] });
  let stopped: { reason: unknown } | undefined;
  const stop = (reason: unknown) => {
    stopped ??= { reason };
    child.kill('SIGKILL');
  };
  const onAbort = () => stop(signal?.reason);
  const timer = setTimeout(() => stop(isTimedOut(timeoutMs)), timeoutMs);
  const progress = stallMs === undefined ? undefined : new Progress(stallMs, () => stop(isStalled(stallMs)));
  const reports = child.stdio[3] as Readable | null | undefined;
  reports?.setEncoding('utf8').on('data', (chunk: string) => progress?.add(chunk));
  signal?.addEventListener('abort', onAbort, { once: true });
  const kept: Buffer[] = [];
  let room = STDOUT_LIMIT;
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    if (onData) return onData(chunk);
    kept.push(chunk);
    if ((room -= chunk.length) < 0) stop(saysTooMuch());
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr = (stderr + chunk).slice(-STDERR_LIMIT)));
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (stopped) throw stopped.reason;
    return { exitCode, stdout: Buffer.concat(kept).toString('utf8'), stderr };
  } finally {
    clearTimeout(timer);
    progress?.stop();
    signal?.removeEventListener('abort', onAbort);
  }
}

const isTimedOut = (timeoutMs: number) =>
  new MediaFailure('TIMED_OUT', `Reading the file took longer than ${timeoutMs / 1000} s.`);

const isStalled = (stallMs: number) =>
  new MediaFailure('TIMED_OUT', `Reading the file came to a standstill: nothing moved for ${stallMs / 1000} s.`);

const saysTooMuch = () => new MediaFailure('CORRUPT_FILE', 'The file has more metadata than can be taken in.');
