import { inputAddress, inputOptions } from '../../ffmpeg/input.js';
import type { ProbedStream } from '../../ffmpeg/probe.js';
import { run } from '../../ffmpeg/run.js';
import type { AvTask } from '../../ffmpeg/task.js';
import type { Tools } from '../../ffmpeg/tools.js';
import { MediaFailure } from '../../failure.js';
import type { FilmFacts } from '../facts.js';
import { SEGMENT_SECONDS } from './command.js';
import { framesASecond, frameRateOf, type Rung } from './rungs.js';

const TIMEOUT_MS = 120_000;
/** More bits than the encoder would spend are given away, but not for long films on slow lines. */
const GENEROSITY = 1.3;
/** Level 5.2 is what decoders of H.264 take. */
const HIGHEST_LEVEL = 52;
const PROFILES: ReadonlySet<string> = new Set(['Constrained Baseline', 'Main', 'High']);

/**
 * Whether the source's own stream can be the highest rendition as it is: H.264 of 8 bits and 4:2:0 that need not be
 * turned, stretched or slowed down, of that rendition's size and not many more bits, and with a key frame at the very
 * frame that begins each segment of the others: all packets are looked at, none is decoded.
 */
export async function fitsAsItIs(
  { ffprobe }: Tools,
  task: AvTask,
  { stream, facts }: { stream: ProbedStream; facts: FilmFacts },
  top: Rung,
  bitrate: number | undefined,
  signal?: AbortSignal,
): Promise<boolean> {
  const rate = framesASecond(frameRateOf(facts.frameRate));
  const isPlain =
    stream.codec_name === 'h264' &&
    PROFILES.has(stream.profile ?? '') &&
    (stream.level ?? Infinity) <= HIGHEST_LEVEL &&
    stream.pix_fmt === 'yuv420p' &&
    facts.rotation === 0 &&
    facts.width === stream.width &&
    facts.height === stream.height &&
    facts.width === top.width &&
    facts.height === top.height &&
    stream.r_frame_rate === stream.avg_frame_rate &&
    Math.abs((facts.frameRate ?? 0) - rate) < 0.01;
  if (!isPlain || (stream.bit_rate ?? bitrate ?? Infinity) > top.bitrate * GENEROSITY) return false;
  try {
    return beginsSegments(await keyFrames(ffprobe, task, stream.index, signal), 1 / rate);
  } catch (error) {
    // A file too large to be looked through is encoded.
    if (error instanceof MediaFailure && error.code === 'TIMED_OUT') return false;
    throw error;
  }
}

export interface KeyFrames {
  /** Seconds at which they are shown, ascending. */
  times: readonly number[];
  /** Of the last packet of all. */
  last: number;
}

/** Whether, from 0 on, each segment's first frame is a key frame. @param frame seconds that one is shown */
export function beginsSegments({ times, last }: KeyFrames, frame: number): boolean {
  const tolerance = 0.001;
  let next = 0;
  for (let start = 0; start <= last; start += SEGMENT_SECONDS) {
    while ((times[next] ?? Infinity) < start - tolerance) next++;
    if ((times[next] ?? Infinity) >= start + frame - tolerance) return false;
  }
  return times.length > 0;
}

async function keyFrames(ffprobe: string, task: AvTask, stream: number, signal?: AbortSignal): Promise<KeyFrames> {
  const args = [
    ...['-hide_banner', '-loglevel', 'error', '-print_format', 'csv=p=0', '-show_entries', 'packet=pts_time,flags'],
    ...['-select_streams', String(stream), ...inputOptions(task.mime), '-i', inputAddress(task.input)],
  ];
  const times: number[] = [];
  let last = 0;
  let rest = '';
  const onData = (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [time = '', flags = ''] = line.split(',');
      const seconds = Number(time);
      if (time === '' || !Number.isFinite(seconds)) continue;
      last = Math.max(last, seconds);
      if (flags.startsWith('K')) times.push(seconds);
    }
  };
  await run(ffprobe, args, { cwd: task.outputDir, timeoutMs: TIMEOUT_MS, signal, onData });
  return { times: times.sort((one, other) => one - other), last };
}
