import { commandLine, type Conversion } from './command-line.js';
import { run, type Ran, type RunOptions } from './run.js';
import type { AvTask } from './task.js';

/** Longest that ffmpeg may work without anything to show for it: a film is sought, and a shot of it compared. */
const STALL_MS = 45_000;

type Steps = Omit<Conversion, 'input' | 'mime' | 'cpuSeconds'>;

/**
 * Runs ffmpeg on a task's file. A bad exit code is the caller's to judge: part of what was wanted may be there.
 * @throws what run throws
 */
export function convert(
  ffmpeg: string,
  { input, mime, outputDir }: AvTask,
  steps: Steps,
  options: Omit<RunOptions, 'cwd'>,
): Promise<Ran> {
  // Two threads: CPU time can be twice the time on the clock.
  const cpuSeconds = Math.ceil((2 * options.timeoutMs) / 1000);
  const args = commandLine({ ...steps, input, mime, cpuSeconds });
  return run(ffmpeg, args, { stallMs: STALL_MS, ...options, cwd: outputDir }).then((ran) => ({
    ...ran,
    stderr: nameless(ran.stderr, input, outputDir),
  }));
}

/** What a program said, without the paths that it names. */
export const nameless = (stderr: string, input: string, folder: string): string =>
  stderr.replaceAll(input, 'input').replaceAll(folder, '').trim();
