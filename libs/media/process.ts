import type { AvProcessTask } from './ffmpeg/task.js';
import { processorOf, type Processor } from './kinds.js';
import type { MakeRoom } from './image/decode/room.js';
import { withoutPlace } from './location/without-place.js';
import type { ProcessResult } from './result.js';
import type { VariantTask } from './variant/make-variant.js';
import type { LadderTask, RemuxTask } from './video/ladder/make-ladder.js';

export type { Facts, Output, ProcessResult, Warning } from './result.js';

/** One file to process. Everything in it is plain JSON. */
export type ProcessTask = AvProcessTask;

type Process = (task: ProcessTask, signal?: AbortSignal) => Promise<ProcessResult>;

/**
 * Total: a processor that the table names and nobody wrote does not compile. Each is loaded when it is first needed: all of them
 * together take 10 MB more than those of pictures.
 */
const PROCESSORS: Record<Processor, () => Promise<Process>> = {
  image: async () => (await import('./image/process-image.js')).processImage,
  video: async () => (await import('./video/process-video.js')).processVideo,
  audio: async () => (await import('./audio/process-audio.js')).processAudio,
  pdf: async () => (await import('./document/process-pdf.js')).processPdf,
};

/**
 * Makes of a file what the table says for its type; nothing, for types without a processor.
 * @throws MediaFailure when the file is at fault
 */
export async function processFile(task: ProcessTask, signal?: AbortSignal): Promise<ProcessResult> {
  const processor = processorOf(task.mime);
  if (processor === null) return { outputs: [], facts: {}, warnings: [] };
  const isStripped = task.stripLocation === true && (await withoutLocation(task));
  const process = await PROCESSORS[processor]();
  const result = await process(task, signal);
  if (task.stripLocation !== true) return result;
  return { ...result, facts: withoutPlace(result.facts), ...(isStripped && { inputChanged: true }) };
}

async function withoutLocation({ input, mime }: Pick<ProcessTask, 'input' | 'mime'>): Promise<boolean> {
  const { stripLocation } = await import('./location/strip-location.js');
  return stripLocation(input, mime);
}

/** Only takes out where the file was taken; nothing is made of it. */
export interface LocationTask {
  input: string;
  mime: string;
  onlyLocation: true;
}

async function takeOutLocation(task: LocationTask): Promise<ProcessResult> {
  const isChanged = await withoutLocation(task);
  return { outputs: [], facts: {}, warnings: [], ...(isChanged && { inputChanged: true }) };
}

/** What a sandbox can be given to do. */
export type Task = ProcessTask | VariantTask | LadderTask | RemuxTask | LocationTask;

/**
 * @param makeRoom asked before much memory is taken; of pictures only: no film is begun again for want of room for its poster
 * @throws MediaFailure when the file is at fault
 */
export async function runTask(task: Task, makeRoom: MakeRoom): Promise<ProcessResult> {
  if ('variant' in task) return (await import('./variant/make-variant.js')).makeVariant({ ...task, makeRoom });
  if ('ladder' in task) return (await import('./video/ladder/make-ladder.js')).makeLadder(task);
  if ('remuxTo' in task) return (await import('./video/ladder/make-ladder.js')).remux(task);
  if ('onlyLocation' in task) return takeOutLocation(task);
  return processFile(processorOf(task.mime) === 'image' ? { ...task, makeRoom } : task);
}
