import { MediaFailure } from '../failure.js';
import { avFacts, filmOf, lacksDecoder, soundOf } from '../ffmpeg/facts.js';
import { probe, durationOf, type Probed } from '../ffmpeg/probe.js';
import type { AvProcessTask } from '../ffmpeg/task.js';
import { tagFacts } from '../ffmpeg/tags.js';
import type { Tools } from '../ffmpeg/tools.js';
import { processSound } from '../audio/process-audio.js';
import { processImage } from '../image/process-image.js';
import type { ProcessResult, Warning } from '../result.js';
import { filmFacts } from './facts.js';
import { endsEarly } from '../ffmpeg/file-end.js';
import { isCutOff } from './ending.js';
import { makePoster, type Film } from './poster.js';

const NO_DECODER: Warning = {
  code: 'NO_DECODER',
  detail: 'The file is kept as it is: nothing here can make a picture of it.',
};

const TRUNCATED: Warning = { code: 'TRUNCATED', detail: 'The file ends too early; the film stops before its end.' };

const NO_PICTURE: Warning = { code: 'NO_PICTURE', detail: 'The film has no picture, only sound.' };

/**
 * Thumbnail, preview, placeholder and facts of a film, the pictures all from one frame. A film that is only sound is
 * processed as sound. Without ffmpeg it is kept as it is, with a warning.
 * @throws MediaFailure when the file is at fault; the signal's reason when aborted
 */
export async function processVideo(task: AvProcessTask, signal?: AbortSignal): Promise<ProcessResult> {
  if (!task.tools) return { outputs: [], facts: {}, warnings: [NO_DECODER] };
  const probed = await probe(task.tools.ffprobe, task, signal);
  const film = filmIn(probed);
  if (film) return processFilm(task.tools, task, probed, film, signal);
  const result = await processSound(task.tools, task, probed, signal);
  return { ...result, warnings: [NO_PICTURE, ...result.warnings] };
}

/** As processVideo; what is declared as sound and has a film in it keeps the film's picture. */
export async function processFilm(
  tools: Tools,
  task: AvProcessTask,
  probed: Probed,
  film: Film,
  signal?: AbortSignal,
): Promise<ProcessResult> {
  const poster = await makePoster(tools, task, film, task.previewEdge, signal);
  const facts = { mime: task.mime, ...avFacts(probed), ...film.facts, ...tagFacts(probed) };
  if (poster.path === null) {
    if (lacksDecoder(film.stream, poster.said) && !(await endsEarly(task.input, task.mime)))
      return { outputs: [], facts, warnings: [NO_DECODER] };
    throw new MediaFailure('CORRUPT_FILE', 'The film is damaged: not one picture of it can be shown.', poster.said);
  }
  const pictures = await processImage({ ...task, input: poster.path }, signal);
  const { thumbhash, dominantColor } = pictures.facts;
  const isShort =
    (await endsEarly(task.input, task.mime)) || (await isCutOff(tools, task, facts.container, film, signal));
  return {
    outputs: pictures.outputs,
    facts: { ...facts, ...(thumbhash && { thumbhash }), ...(dominantColor && { dominantColor }) },
    warnings: isShort ? [TRUNCATED] : [],
  };
}

function filmIn(probed: Probed): Film | null {
  const stream = filmOf(probed);
  const facts = stream && filmFacts(stream);
  if (stream && !facts && !soundOf(probed))
    throw new MediaFailure('CORRUPT_FILE', 'The film is damaged: it does not say how large its pictures are.');
  const seconds = durationOf(probed);
  return stream && facts ? { stream, facts, durationMs: seconds === undefined ? undefined : seconds * 1000 } : null;
}
