import { processAudio } from './audio/process-audio.js';
import { processPdf } from './document/process-pdf.js';
import type { AvProcessTask } from './ffmpeg/task.js';
import { processImage } from './image/process-image.js';
import { processorOf, type Processor } from './kinds.js';
import type { MakeRoom } from './image/decode/room.js';
import { stripLocation } from './location/strip-location.js';
import { withoutPlace } from './location/without-place.js';
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
  if (processor === null) return { outputs: [], facts: {}, warnings: [] };
  const isStripped = task.stripLocation === true && (await stripLocation(task.input, task.mime));
  const result = await PROCESSORS[processor](task, signal);
  if (task.stripLocation !== true) return result;
  return { ...result, facts: withoutPlace(result.facts), ...(isStripped && { inputChanged: true }) };
}

/** Only takes out where the file was taken; nothing is made of it. */
export interface LocationTask {
  input: string;
  mime: string;
  onlyLocation: true;
}

async function takeOutLocation({ input, mime }: LocationTask): Promise<ProcessResult> {
  const isChanged = await stripLocation(input, mime);
  return { outputs: [], facts: {}, warnings: [], ...(isChanged && { inputChanged: true }) };
}

/** What a sandbox can be given to do. */
export type Task = ProcessTask | VariantTask | LadderTask | RemuxTask | LocationTask;

/**
 * @param makeRoom asked before much memory is taken; of pictures only: no film is begun again for want of room for its poster
 * @throws MediaFailure when the file is at fault
 */
export function runTask(task: Task, makeRoom: MakeRoom): Promise<ProcessResult> {
  if ('variant' in task) return makeVariant({ ...task, makeRoom });
  if ('ladder' in task) return makeLadder(task);
  if ('remuxTo' in task) return remux(task);
  if ('onlyLocation' in task) return takeOutLocation(task);
  return processFile(processorOf(task.mime) === 'image' ? { ...task, makeRoom } : task);
}
