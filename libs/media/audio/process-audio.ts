import { join } from 'node:path';
import { stat } from 'node:fs/promises';
import { MediaFailure } from '../failure.js';
import { avFacts, coverOf, filmOf, lacksDecoder, soundOf } from '../ffmpeg/facts.js';
import { convert } from '../ffmpeg/convert.js';
import { endsEarly } from '../ffmpeg/file-end.js';
import { probe, type Probed, type ProbedStream } from '../ffmpeg/probe.js';
import type { AvProcessTask } from '../ffmpeg/task.js';
import { tagFacts } from '../ffmpeg/tags.js';
import type { Tools } from '../ffmpeg/tools.js';
import { shrink, type Pixels } from '../image/pixels.js';
import { placeholderOf } from '../image/render/placeholder.js';
import { processImage } from '../image/process-image.js';
import { writeRendition } from '../image/render/renditions.js';
import type { ProcessResult, Warning } from '../result.js';
import { drawWaveform, hear, writeWaveform, writeWaveformImage, type Waveform } from './waveform.js';

const NO_DECODER: Warning = {
  code: 'NO_DECODER',
  detail: 'The file is kept as it is: nothing here can play it.',
};

const COVER_TIMEOUT_MS = 30_000;

/**
 * Waveform, tags and facts of a sound; its pictures are its cover's, or the waveform drawn. Without ffmpeg it is kept
 * as it is, with a warning.
 * @throws MediaFailure when the file is at fault; the signal's reason when aborted
 */
export async function processAudio(task: AvProcessTask, signal?: AbortSignal): Promise<ProcessResult> {
  if (!task.tools) return { outputs: [], facts: {}, warnings: [NO_DECODER] };
  return processSound(task.tools, task, await probe(task.tools.ffprobe, task, signal), signal);
}

/** As processAudio, of a file that has been probed. */
export async function processSound(
  tools: Tools,
  task: AvProcessTask,
  probed: Probed,
  signal?: AbortSignal,
): Promise<ProcessResult> {
  const facts = { mime: task.mime, ...avFacts(probed), ...tagFacts(probed) };
  const sound = soundOf(probed);
  if (!sound) return { outputs: [], facts, warnings: [] };
  const waveform = await hear(tools.ffmpeg, task, sound, facts.durationMs, signal);
  if (waveform.pairs.length === 0) return { outputs: [], facts, warnings: [await silent(task, sound, waveform)] };
  const cover = await coverPictures(tools, task, probed, signal);
  const drawn = cover?.pictures ?? (await drawnPictures(drawWaveform(waveform, task.previewEdge), task));
  const { durationMs = waveform.durationMs } = facts;
  return {
    outputs: [
      ...drawn.outputs,
      await writeWaveform(waveform, task.outputDir),
      await writeWaveformImage(waveform, task.outputDir),
    ],
    facts: {
      ...facts,
      durationMs,
      ...(waveform.loudness !== undefined && { loudness: waveform.loudness }),
      ...drawn.facts,
    },
    warnings: [...(cover?.warnings ?? []), ...(await shortness(task, facts.durationMs, waveform))],
  };
}

/** @throws MediaFailure CORRUPT_FILE unless it is the decoder that is missing */
async function silent({ input, mime }: AvProcessTask, sound: ProbedStream, { said }: Waveform): Promise<Warning> {
  // What ends within its index does not say what it is either.
  if (lacksDecoder(sound, said) && !(await endsEarly(input, mime))) return NO_DECODER;
  throw new MediaFailure('CORRUPT_FILE', 'The sound is damaged: nothing of it can be played.', said);
}

/** Says that much less could be played than the file announces: by a tenth, and by more than half a second. */
async function shortness(
  { input, mime }: AvProcessTask,
  announcedMs: number | undefined,
  { durationMs }: Waveform,
): Promise<Warning[]> {
  const isShort = announcedMs !== undefined && announcedMs - durationMs >= Math.max(500, announcedMs / 10);
  if (!isShort && !(await endsEarly(input, mime))) return [];
  return [{ code: 'TRUNCATED', detail: 'The file ends too early; what there is of the sound can be played.' }];
}

type Pictures = Pick<ProcessResult, 'outputs' | 'facts'>;

/** Of the cover, or of a film where the file was said to be only sound; null when there is neither. */
async function coverPictures(
  tools: Tools,
  task: AvProcessTask,
  probed: Probed,
  signal?: AbortSignal,
): Promise<{ pictures: Pictures | null; warnings: Warning[] } | null> {
  const stream = coverOf(probed) ?? filmOf(probed);
  if (!stream) return null;
  const path = join(task.outputDir, 'cover.png');
  const outputOptions = ['-frames:v', '1', '-pix_fmt', 'rgb24', '-c:v', 'png', '-f', 'image2', '-update', '1'];
  const steps = { stream: stream.index, outputOptions, output: path };
  await convert(tools.ffmpeg, task, steps, { timeoutMs: COVER_TIMEOUT_MS, signal });
  const isThere = await stat(path).then(
    ({ size }) => size > 0,
    () => false,
  );
  const detail = 'The cover in the file is damaged; it was left out.';
  if (!isThere) return { pictures: null, warnings: [{ code: 'COVER_UNREADABLE', detail }] };
  const { outputs, facts } = await processImage({ ...task, input: path }, signal);
  const { thumbhash, dominantColor } = facts;
  return {
    pictures: { outputs, facts: { ...(thumbhash && { thumbhash }), ...(dominantColor && { dominantColor }) } },
    warnings: [],
  };
}

async function drawnPictures(pixels: Pixels, { thumbnailEdge, outputDir }: AvProcessTask): Promise<Pictures> {
  const small = await shrink(pixels, thumbnailEdge);
  const thumbnail = await writeRendition('thumbnail', small, outputDir);
  const preview = await writeRendition('preview', pixels, outputDir);
  return { outputs: [thumbnail, preview], facts: await placeholderOf(small) };
}
