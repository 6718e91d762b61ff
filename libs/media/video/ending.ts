import { inputAddress, inputOptions } from '../ffmpeg/input.js';
import { run } from '../ffmpeg/run.js';
import type { AvTask } from '../ffmpeg/task.js';
import type { Tools } from '../ffmpeg/tools.js';
import type { Film } from './poster.js';

const TIMEOUT_MS = 30_000;
/** A line of what is listed; more than one of it is never needed. */
const TAIL = 64;

/**
 * Whether a film's data goes as far as its index says, by its last packet. Asked of MP4 and its kin only: their index
 * finds the end at once, where others would have to be read from the beginning.
 * @throws what run throws
 */
export async function isCutOff(
  { ffprobe }: Tools,
  task: AvTask,
  container: string,
  { stream, durationMs = 0 }: Film,
  signal?: AbortSignal,
): Promise<boolean> {
  if (!container.startsWith('mov') || durationMs === 0) return false;
  const seconds = durationMs / 1000;
  // Sound may be longer than the pictures, and the last frame stands for a while.
  const slack = Math.max(2, seconds / 10);
  const args = [
    ...['-hide_banner', '-loglevel', 'error', '-print_format', 'csv=p=0', '-show_entries', 'packet=pts_time'],
    ...['-select_streams', String(stream.index), '-read_intervals', `${Math.max(0, seconds - slack).toFixed(3)}%`],
    ...inputOptions(task.mime),
    ...['-i', inputAddress(task.input)],
  ];
  let tail = '';
  const onData = (chunk: Buffer) => void (tail = (tail + chunk.toString('latin1')).slice(-TAIL));
  await run(ffprobe, args, { cwd: task.outputDir, timeoutMs: TIMEOUT_MS, signal, onData });
  const last = Number(/(\d+\.\d+)\D*$/.exec(tail)?.[1] ?? 0);
  return (stream.duration ?? seconds) - last > slack;
}
