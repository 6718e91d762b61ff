import { spawn } from 'node:child_process';
import { MediaFailure } from '../failure.js';

/**
 * Nothing of ours. GCONV_PATH keeps statically linked builds from loading this machine's character sets, which
 * crashes them on MPEG-TS.
 */
export const TOOL_ENVIRONMENT = { GCONV_PATH: '/nonexistent', LC_ALL: 'C', AV_LOG_FORCE_NOCOLOR: '1' };

/** How much of the end of stderr is kept, in characters. */
const STDERR_LIMIT = 4000;
/** Most bytes of stdout that are kept; who expects more takes them as they come. */
const STDOUT_LIMIT = 4 * 1024 * 1024;

export interface RunOptions {
  /** The task's own folder. */
  cwd: string;
  /** Wall-clock time, after which it is killed. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
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
 * Runs ffmpeg or ffprobe without stdin, and settles when it is gone. It is killed by SIGKILL: asked politely, ffmpeg
 * still finishes its file.
 * @throws MediaFailure TIMED_OUT, or CORRUPT_FILE when it says more than any honest file makes it say;
 *   the signal's reason when aborted; NodeJS.ErrnoException when it cannot be started
 */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { cwd, timeoutMs, signal, onData } = options;
  signal?.throwIfAborted();
  const child = spawn(program, args, { cwd, env: TOOL_ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
  let stopped: { reason: unknown } | undefined;
  const stop = (reason: unknown) => {
    stopped ??= { reason };
    child.kill('SIGKILL');
  };
  const onAbort = () => stop(signal?.reason);
  const timer = setTimeout(() => stop(isTimedOut(timeoutMs)), timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  const kept: Buffer[] = [];
  let room = STDOUT_LIMIT;
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (onData) return onData(chunk);
    kept.push(chunk);
    if ((room -= chunk.length) < 0) stop(saysTooMuch());
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr = (stderr + chunk).slice(-STDERR_LIMIT)));
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (stopped) throw stopped.reason;
    return { exitCode, stdout: Buffer.concat(kept).toString('utf8'), stderr };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

const isTimedOut = (timeoutMs: number) =>
  new MediaFailure('TIMED_OUT', `Reading the file took longer than ${timeoutMs / 1000} s.`);

const saysTooMuch = () => new MediaFailure('CORRUPT_FILE', 'The file has more metadata than can be taken in.');
