/** The one place that knows fluent-ffmpeg (docs/decisions/0006-ffmpeg.md). It only writes command lines. */
import ffmpeg, { type FfmpegCommand } from 'fluent-ffmpeg';
import { inputAddress, inputOptions } from './input.js';
import { PROGRESS_PIPE } from './run.js';

/** One stream of one file, filtered, into one output. */
export interface Conversion {
  /** Absolute path. */
  input: string;
  /** As sniffed: says which demuxer reads it. */
  mime: string;
  /** Where to begin. Exact decodes from the key frame before; otherwise that key frame is the beginning. */
  seek?: { seconds: number; exact: boolean };
  /** Index of the stream in the file. */
  stream: number;
  videoFilter?: string;
  audioFilter?: string;
  outputOptions: readonly string[];
  /** Absolute path; null for stdout. */
  output: string | null;
  /** Most seconds of CPU time. */
  cpuSeconds: number;
  logLevel?: 'info' | 'warning';
}

/** Decoders and filters take no more threads than this. */
const THREADS = '2';

/** fluent-ffmpeg's own run() would start ffmpeg twice more to ask what it can do, and cannot be told of its stdin. */
interface Composed {
  _getArguments(): string[];
}

/** The arguments of an ffmpeg command. */
export function commandLine(conversion: Conversion): string[] {
  const { input, mime, seek, stream, videoFilter, audioFilter, outputOptions, output, cpuSeconds } = conversion;
  const command = ffmpeg()
    .input(inputAddress(input))
    .inputOptions(
      ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', conversion.logLevel ?? 'warning'],
      ...['-progress', PROGRESS_PIPE],
      ...['-timelimit', String(cpuSeconds), '-filter_threads', '1', '-threads', THREADS],
      ...(seek && !seek.exact ? ['-noaccurate_seek'] : []),
      ...inputOptions(mime),
    );
  if (seek) command.seekInput(seek.seconds);
  command.output(output === null ? 'pipe:1' : inputAddress(output));
  if (videoFilter) command.videoFilters(videoFilter);
  if (audioFilter) command.audioFilters(audioFilter);
  command.outputOptions('-map', `0:${stream}`, '-map_metadata', '-1', '-threads', THREADS, ...outputOptions);
  return (command as FfmpegCommand & Composed)._getArguments();
}
