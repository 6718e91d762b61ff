import { z } from 'zod';
import { MediaFailure } from '../failure.js';
import { nameless } from './convert.js';
import { inputAddress, inputOptions } from './input.js';
import { run } from './run.js';
import type { AvTask } from './task.js';

/** ffprobe writes most numbers as text, and leaves out what it does not know. */
const number = z
  .union([z.string(), z.number()])
  .transform((value) => Number(value))
  .optional()
  .transform((value) => (value !== undefined && Number.isFinite(value) ? value : undefined));

const tags = z
  .record(z.string(), z.string())
  .default({})
  .transform((given) => new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value])));

const streamSchema = z.object({
  index: z.number(),
  codec_type: z.string().default('unknown'),
  /** Absent or `unknown` when ffmpeg has no name for it, let alone a decoder. */
  codec_name: z.string().optional(),
  profile: z.string().optional(),
  level: number,
  width: number,
  height: number,
  sample_aspect_ratio: z.string().optional(),
  pix_fmt: z.string().optional(),
  bits_per_raw_sample: number,
  color_space: z.string().optional(),
  color_transfer: z.string().optional(),
  r_frame_rate: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  channels: number,
  sample_rate: number,
  bit_rate: number,
  duration: number,
  disposition: z.object({ attached_pic: z.number().default(0) }).default({ attached_pic: 0 }),
  tags,
  side_data_list: z.array(z.object({ rotation: number })).default([]),
});

const probeSchema = z.object({
  streams: z.array(streamSchema).default([]),
  format: z.object({ format_name: z.string(), duration: number, bit_rate: number, tags }),
});

export type ProbedStream = z.infer<typeof streamSchema>;

/** What ffprobe says of a file. Names of tags are in small letters. */
export type Probed = z.infer<typeof probeSchema>;

export interface AvLimits {
  /** Width times height of a frame. */
  maxPixels: number;
}

/** Streams of a file; those of honest films are counted on fingers, even with all their subtitles. */
const MAX_STREAMS = 64;
const MAX_DURATION_SECONDS = 24 * 3600;
const TIMEOUT_MS = 60_000;

/**
 * Opens a film or a sound and holds it against the limits, before anything is decoded for show.
 * @throws MediaFailure CORRUPT_FILE when it cannot be opened; PIXEL_LIMIT_EXCEEDED, DURATION_LIMIT_EXCEEDED or
 *   STREAM_LIMIT_EXCEEDED; what run throws
 */
export async function probe(
  ffprobe: string,
  task: AvTask & { limits: AvLimits },
  signal?: AbortSignal,
): Promise<Probed> {
  const args = [
    ...['-hide_banner', '-loglevel', 'warning', '-print_format', 'json', '-show_format', '-show_streams'],
    ...inputOptions(task.mime),
    ...['-i', inputAddress(task.input)],
  ];
  const { exitCode, stdout, stderr } = await run(ffprobe, args, { cwd: task.outputDir, timeoutMs: TIMEOUT_MS, signal });
  const said = nameless(stderr, task.input, task.outputDir);
  if (exitCode === null)
    throw new MediaFailure('PROCESSOR_CRASHED', 'The program that reads films and sound crashed.', said);
  const probed = exitCode === 0 ? parse(stdout) : null;
  if (!probed || probed.streams.length === 0) throw unreadable(said);
  const whole = durationOf(probed) === undefined ? await measured(probed, ffprobe, task, signal) : probed;
  holdAgainstLimits(whole, task.limits);
  return whole;
}

/** With the length that reading all packets shows: recordings of browsers, and those never finished, do not say it. */
async function measured(
  probed: Probed,
  ffprobe: string,
  task: AvTask,
  signal: AbortSignal | undefined,
): Promise<Probed> {
  const args = [
    ...[
      '-hide_banner',
      '-loglevel',
      'error',
      '-show_entries',
      'packet=pts_time,duration_time',
      '-print_format',
      'csv=p=0',
    ],
    ...inputOptions(task.mime),
    ...['-i', inputAddress(task.input)],
  ];
  let seconds = 0;
  let rest = '';
  const onData = (chunk: Buffer): void => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [from = NaN, length] = line.split(',').map(Number);
      const end = from + (Number.isFinite(length) ? (length ?? 0) : 0);
      if (end > seconds) seconds = end;
    }
  };
  // What is damaged further back is as long as what comes before that.
  await run(ffprobe, args, { cwd: task.outputDir, timeoutMs: TIMEOUT_MS, signal, onData }).catch((error: unknown) => {
    // So large, or so slowly read, that its length is not known: that is no reason to refuse it.
    if (error instanceof MediaFailure && error.code === 'TIMED_OUT') seconds = 0;
    else throw error;
  });
  return seconds > 0 ? { ...probed, format: { ...probed.format, duration: seconds } } : probed;
}

function parse(stdout: string): Probed | null {
  try {
    return probeSchema.safeParse(JSON.parse(stdout)).data ?? null;
  } catch {
    return null; // Cut off: it counts as having said nothing.
  }
}

function unreadable(said: string): MediaFailure {
  const isCutOff = /moov atom not found/.test(said);
  const detail = isCutOff
    ? 'The file is incomplete: its index, without which it cannot be played, is missing.'
    : 'The file is damaged or incomplete: it cannot be opened.';
  return new MediaFailure('CORRUPT_FILE', detail, said || undefined);
}

function holdAgainstLimits({ streams, format }: Probed, { maxPixels }: AvLimits): void {
  if (streams.length > MAX_STREAMS)
    throw new MediaFailure(
      'STREAM_LIMIT_EXCEEDED',
      `The file has ${streams.length} streams; at most ${MAX_STREAMS} are accepted.`,
    );
  for (const { width = 0, height = 0 } of streams)
    if (width * height > maxPixels)
      throw new MediaFailure(
        'PIXEL_LIMIT_EXCEEDED',
        `The picture has ${width} × ${height} pixels; at most ${maxPixels / 1e6} million are accepted.`,
      );
  const seconds = durationOf({ streams, format }) ?? 0;
  if (seconds > MAX_DURATION_SECONDS)
    throw new MediaFailure(
      'DURATION_LIMIT_EXCEEDED',
      `The file plays for ${Math.round(seconds / 3600)} hours; at most 24 are accepted.`,
    );
}

/** Seconds; undefined when the file does not say, as of a recording that was never finished. */
export function durationOf({ format, streams }: Probed): number | undefined {
  const known = [format.duration, ...streams.map(({ duration }) => duration)];
  return known.find((seconds) => seconds !== undefined && seconds > 0);
}
