import { processAudio } from './audio/process-audio.js';
import type { AvProcessTask } from './ffmpeg/task.js';
import { processImage } from './image/process-image.js';
import { processorOf, type Processor } from './kinds.js';
import type { ProcessResult } from './result.js';
import { processVideo } from './video/process-video.js';

export type { Facts, Output, ProcessResult, Warning } from './result.js';

/** One file to process. Everything in it is plain JSON. */
export type ProcessTask = AvProcessTask;

/** Total: a processor that the table names and nobody wrote does not compile. */
const PROCESSORS: Record<Processor, (task: ProcessTask, signal?: AbortSignal) => Promise<ProcessResult>> = {
  image: processImage,
  video: processVideo,
  audio: processAudio,
};

/**
 * Makes of a file what the table says for its type; nothing, for types without a processor.
 * @throws MediaFailure when the file is at fault
 */
export async function processFile(task: ProcessTask, signal?: AbortSignal): Promise<ProcessResult> {
  const processor = processorOf(task.mime);
  return processor === null ? { outputs: [], facts: {}, warnings: [] } : PROCESSORS[processor](task, signal);
}
