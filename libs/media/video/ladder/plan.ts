import type { Probed, ProbedStream } from '../../ffmpeg/probe.js';
import type { FilmFacts } from '../facts.js';
import { AUDIO_KIND, heightOfKind } from '../hls/master-playlist.js';
import type { AnimatedPreview, LadderRun, Storyboard } from './command.js';
import { frameRateOf, ladderOf, type Rung } from './rungs.js';

/** A film or a sound as the ladder sees it. */
export interface LadderSource {
  film: { stream: ProbedStream; facts: FilmFacts } | null;
  sound: ProbedStream | null;
  /** Seconds; null when the file does not say. */
  seconds: number | null;
  /** Bits a second of the whole file. */
  bitrate: Probed['format']['bit_rate'];
  /** Its own stream begins a segment where the encoder would. */
  topFits: boolean;
  toneMapping: string | null;
}

/**
 * Films longer than this get their lowest rendition first, and all others in a second decode: nobody waits for 2160
 * lines to see 360. Shorter ones are done so soon that all are made at once (docs/decisions: the ladder).
 */
const ALL_AT_ONCE_SECONDS = 120;

const TILES = { columns: 10, rows: 10, edge: 160 };
const PREVIEW_EDGE = 320;

/** The runs of ffmpeg that make all that is not there yet, in their order; each decodes once. */
export function planRuns(source: LadderSource, made: ReadonlySet<string>): LadderRun[] {
  const { film, sound, seconds } = source;
  const ladder = film ? ladderOf({ ...film.facts, bitrate: source.bitrate }) : [];
  const missing = ladder.filter(({ kind }) => !made.has(kind));
  const lacksSound = sound !== null && !made.has(AUDIO_KIND);
  const isLong = (seconds ?? Infinity) > ALL_AT_ONCE_SECONDS;
  const lowestFirst = isLong && missing.length > 1 && missing[0] === ladder[0];
  const groups = lowestFirst ? [missing.slice(0, 1), missing.slice(1)] : [missing];
  return groups.flatMap((rungs, index) => {
    const run = runOf(source, ladder, rungs, {
      sound: index === 0 && lacksSound,
      // The track and the preview are stored behind the sheet.
      pictures: index === 0 && !(made.has('storyboard-track') && made.has('animated-preview')),
    });
    return run.rungs.length > 0 || run.sound !== null || run.storyboard !== null ? [run] : [];
  });
}

function runOf(
  { film, sound, seconds, topFits, toneMapping }: LadderSource,
  ladder: readonly Rung[],
  rungs: readonly Rung[],
  wants: { sound: boolean; pictures: boolean },
): LadderRun {
  const top = ladder.at(-1);
  return {
    rungs,
    film: film && (rungs.length > 0 || wants.pictures) ? film.stream.index : null,
    sound: wants.sound ? (sound?.index ?? null) : null,
    copiesSound: sound !== null && isAacLc(sound),
    copiesTop: topFits && rungs.at(-1) === top && rungs.length > 0,
    frameRate: frameRateOf(film?.facts.frameRate),
    toneMapping,
    storyboard: film && wants.pictures ? storyboardOf(film.facts, seconds) : null,
    preview: film && wants.pictures ? previewOf(film.facts, seconds) : null,
  };
}

/** Which of the kinds that a run makes is the lowest: what is said to be under way. */
export const lowestKind = (run: LadderRun): string | null =>
  [...run.rungs].sort((one, other) => (heightOfKind(one.kind) ?? 0) - (heightOfKind(other.kind) ?? 0))[0]?.kind ??
  (run.sound === null ? null : AUDIO_KIND);

const isAacLc = ({ codec_name, profile, channels = 0 }: ProbedStream): boolean =>
  codec_name === 'aac' && profile === 'LC' && channels > 0 && channels <= 2;

/** As many pictures as fit one sheet, a second apart at least. */
export function storyboardOf(size: { width: number; height: number }, seconds: number | null): Storyboard {
  const most = TILES.columns * TILES.rows;
  const interval = Math.max(1, Math.ceil((seconds ?? 3600) / most));
  const count = Math.min(most, Math.max(1, Math.ceil((seconds ?? 3600) / interval)));
  const columns = Math.min(TILES.columns, count);
  return { interval, columns, rows: Math.ceil(count / columns), ...fitted(size, TILES.edge) };
}

const previewOf = (size: { width: number; height: number }, seconds: number | null): AnimatedPreview => ({
  ...fitted(size, PREVIEW_EDGE),
  seconds: seconds ?? 0,
});

function fitted({ width, height }: { width: number; height: number }, edge: number) {
  const share = Math.min(1, edge / Math.max(width, height));
  const even = (pixels: number) => Math.max(2, Math.round((pixels * share) / 2) * 2);
  return { width: even(width), height: even(height) };
}
