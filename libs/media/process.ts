import { processAudio } from './audio/process-audio.js';
import { processPdf } from './document/process-pdf.js';
import type { AvProcessTask } from './ffmpeg/task.js';
import { processImage } from './image/process-image.js';
import { processorOf, type Processor } from './kinds.js';
import type { ProcessResult } from './result.js';
import { makeVariant, type VariantTask } from './variant/make-variant.js';
import { makeLadder, remux, type LadderTask, type RemuxTask } from './video/ladder/make-ladder.js';
import { processVideo } from './video/process-video.js';

export type { Facts, Output, ProcessResult, Warning } from './result.js';

/** One file to process. Everything in it is plain JSON. */
export type ProcessTask = AvProcessTask;

/** Total: a processor that the table names and nobody wrote does not compile. */
const PROCESSORS: Record<Processor, (task: ProcessTask, signal?: AbortSignal) => Promise<ProcessResult>> = {
  image: processImage,
  video: processVideo,
  audio: processAudio,
  pdf: processPdf,
};

/**
 * Makes of a file what the table says for its type; nothing, for types without a processor.
 * @throws MediaFailure when the file is at fault
 */
export async function processFile(task: ProcessTask, signal?: AbortSignal): Promise<ProcessResult> {
  const processor = processorOf(task.mime);
  return processor === null ? { outputs: [], facts: {}, warnings: [] } : PROCESSORS[processor](task, signal);
}

/** PDFium is not to be interrupted, and a page takes it seconds; what ffmpeg may take is in each of its steps. */
const PATIENCE_MS: Partial<Record<Processor, number>> = { pdf: 60_000 };

/** The longest that files of a type may take, milliseconds. */
export function patienceWith(mime: string): number {
  const processor = processorOf(mime);
  return (processor && PATIENCE_MS[processor]) ?? Infinity;
}

/** What a sandbox can be given to do. */
export type Task = ProcessTask | VariantTask | LadderTask | RemuxTask;

/** @throws MediaFailure when the file is at fault */
export function runTask(task: Task): Promise<ProcessResult> {
  if ('variant' in task) return makeVariant(task);
  if ('ladder' in task) return makeLadder(task);
  return 'remuxTo' in task ? remux(task) : processFile(task);
}
