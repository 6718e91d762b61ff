import { commandLine, type Conversion } from './command-line.js';
import { run, type Ran, type RunOptions } from './run.js';
import type { AvTask } from './task.js';

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
  return run(ffmpeg, args, { ...options, cwd: outputDir }).then((ran) => ({
    ...ran,
    stderr: nameless(ran.stderr, input),
  }));
}

/** What a program said, without the path that it names. */
export const nameless = (stderr: string, input: string): string => stderr.replaceAll(input, 'input').trim();
