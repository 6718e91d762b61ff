import { avFacts, filmOf, isUnknown, soundOf } from '../../ffmpeg/facts.js';
import { durationOf, probe, type AvLimits } from '../../ffmpeg/probe.js';
import type { AvTask } from '../../ffmpeg/task.js';
import type { Tools } from '../../ffmpeg/tools.js';
import { MediaFailure } from '../../failure.js';
import { filmFacts } from '../facts.js';
import { toneMapping } from '../tone-mapping.js';
import type { LadderSource } from './plan.js';
import { ladderOf } from './rungs.js';
import { fitsAsItIs } from './stream-copy.js';

/**
 * Looks at a file as a ladder needs to know it.
 * @throws MediaFailure CORRUPT_FILE when there is nothing to watch or to hear in it; what probe throws
 */
export async function readSource(
  tools: Tools,
  task: AvTask & { limits: AvLimits },
  signal?: AbortSignal,
): Promise<LadderSource> {
  const probed = await probe(tools.ffprobe, task, signal);
  // A stream that nobody can decode keeps nobody from the other one.
  const [stream, sound = null] = [filmOf(probed), soundOf(probed)].map((one) =>
    one && isUnknown(one) ? undefined : one,
  );
  const facts = stream && filmFacts(stream);
  const film = stream && facts ? { stream, facts } : null;
  if (!film && !sound) throw new MediaFailure('CORRUPT_FILE', 'There is nothing to watch or to hear in the file.');
  const { bitrate } = avFacts(probed);
  const top = film && ladderOf({ ...film.facts, bitrate }).at(-1);
  return {
    film,
    sound,
    seconds: durationOf(probed) ?? null,
    bitrate,
    topFits: film && top ? await fitsAsItIs(tools, task, film, top, bitrate, signal) : false,
    toneMapping: film?.facts.hdr && tools.toneMaps ? toneMapping(film.stream) : null,
  };
}
