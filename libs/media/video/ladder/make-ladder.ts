import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { MediaFailure } from '../../failure.js';
import { nameless } from '../../ffmpeg/convert.js';
import { saysNoDecoder } from '../../ffmpeg/facts.js';
import { run } from '../../ffmpeg/run.js';
import type { AvTask } from '../../ffmpeg/task.js';
import type { Tools } from '../../ffmpeg/tools.js';
import { inputAddress } from '../../ffmpeg/input.js';
import type { ProcessResult } from '../../result.js';
import { AUDIO_KIND } from '../hls/master-playlist.js';
import { joinPictures } from './join-pictures.js';
import { folderOf, ladderArguments, type LadderRun } from './command.js';

/** One run of ffmpeg that makes streams; what appears in outputDir is complete as soon as it has its name. */
export interface LadderTask extends AvTask {
  ladder: LadderRun;
  tools: Tools;
  /** Of libx264. */
  preset: string;
  /** Wall-clock time. */
  timeoutMs: number;
}

/** Streams joined into one file that can be downloaded, as they are. */
export interface RemuxTask extends AvTask {
  /** Path of the sound; null where there is none. */
  sound: string | null;
  remuxTo: string;
  tools: Tools;
  timeoutMs: number;
}

/** More CPU time than any machine has cores for: the clock on the wall is what ends a run. */
const CPU_FACTOR = 64;
/** Encoders of six sizes at once, each with its frames and threads. Bytes. */
const ADDRESS_SPACE = 24 * 1024 ** 3;

/**
 * Bytes an encoder needs for each pixel of its picture: it keeps some dozens of them. Six sizes from 3840x2160 to
 * 640x360 took 250 at most with preset veryfast on two cores; slower presets and more cores keep more.
 */
const BYTES_A_PIXEL = 500;

/** What a run may take beside what any decoder may, so that films of 2160 lines are made and bombs are not. Bytes. */
export const encoderMemory = ({ rungs }: Pick<LadderRun, 'rungs'>): number =>
  BYTES_A_PIXEL * rungs.reduce((sum, { width, height }) => sum + width * height, 0);

/** @throws MediaFailure CORRUPT_FILE when nothing could be made of it; what run throws */
export async function makeLadder(task: LadderTask): Promise<ProcessResult> {
  const { ladder, tools, timeoutMs, outputDir } = task;
  const kinds = [...ladder.rungs.map(({ kind }) => kind), ...(ladder.sound === null ? [] : [AUDIO_KIND])];
  for (const kind of kinds) await mkdir(path.join(outputDir, folderOf(kind)), { recursive: true });
  const cpuSeconds = Math.ceil((timeoutMs / 1000) * CPU_FACTOR);
  const args = ladderArguments({ ...ladder, input: task.input, mime: task.mime, preset: task.preset, cpuSeconds });
  const { exitCode, stderr } = await run(tools.ffmpeg, args, {
    cwd: outputDir,
    timeoutMs,
    limits: { cpuSeconds, addressSpace: ADDRESS_SPACE },
  });
  judge(exitCode, nameless(stderr, task.input, outputDir));
  await joinPictures(outputDir, ladder);
  return { outputs: [], facts: {}, warnings: [] };
}

/** @throws MediaFailure; what run throws */
export async function remux({ input, sound, remuxTo, tools, timeoutMs, outputDir }: RemuxTask): Promise<ProcessResult> {
  const args = [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'warning', '-y', '-protocol_whitelist', 'file'],
    ...['-f', 'mov', '-i', inputAddress(input), ...(sound === null ? [] : ['-f', 'mov', '-i', inputAddress(sound)])],
    ...['-map', '0:v', ...(sound === null ? [] : ['-map', '1:a']), '-c', 'copy', '-movflags', '+faststart'],
    inputAddress(remuxTo),
  ];
  const { exitCode, stderr } = await run(tools.ffmpeg, args, { cwd: outputDir, timeoutMs });
  judge(exitCode, nameless(stderr, input, outputDir));
  return { outputs: [], facts: {}, warnings: [] };
}

function judge(exitCode: number | null, said: string): void {
  if (exitCode === 0) return;
  if (exitCode === null) throw new MediaFailure('PROCESSOR_CRASHED', 'The program that encodes films crashed.', said);
  if (/No space left/.test(said)) throw new MediaFailure('DISK_FULL', 'There was no room for temporary files.', said);
  if (saysNoDecoder(said))
    throw new MediaFailure(
      'UNSUPPORTED_FORMAT',
      'Nothing here can decode the film, so no stream was made of it.',
      said,
    );
  throw new MediaFailure('CORRUPT_FILE', 'The film is damaged: no stream could be made of it.', said);
}
