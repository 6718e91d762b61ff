import { videoKind } from '../hls/master-playlist.js';

/** What a ladder is made from: facts of the source, as they are shown. */
export interface SourceFacts {
  /** Pixels as shown: rotation and the shape of pixels applied. */
  width: number;
  height: number;
  /** Frames a second, on average; absent when the file does not say. */
  frameRate?: number | undefined;
  /** Bits a second of the whole file; absent when the file does not say. */
  bitrate?: number | undefined;
}

/** One rendition of a film. */
export interface Rung {
  /** `hls-720p`: named by the shorter edge that it would have in 16:9. */
  kind: string;
  /** Pixels, even. */
  width: number;
  height: number;
  /** Bits a second on average, and of any few seconds. */
  bitrate: number;
  maxrate: number;
}

/** Frames a second: as a fraction, since films are shot at 24000/1001. */
export interface FrameRate {
  over: number;
  under: number;
}

/** Shorter edges in 16:9, and bits a second at up to 30 frames of them: Apple's HLS authoring specification, 1.20, rounded. */
const STEPS: readonly (readonly [edge: number, bitrate: number])[] = [
  [360, 730_000],
  [480, 1_400_000],
  [720, 2_800_000],
  [1080, 5_200_000],
  [1440, 9_000_000],
  [2160, 16_000_000],
];

/** A stream that has fewer bits than this shows nothing, however few its source has. */
const LEAST_BITRATE = 100_000;
/** The source's bits are counted for all of its picture: a new encoder needs a few more to look like it. */
const HEADROOM = 1.3;
/** Twice the frames are not twice the bits: most of what they show is the same. */
const FAST_FACTOR = 1.5;
/** Most that a few seconds may have over the average. */
const PEAK = 1.25;
/** Films wider than 16:9 go by their longer edge, as those are sold, but by no more than this over their shorter one. */
const WIDENED = 1.6;
/** A source of a step's shorter edge, or hardly more, is not made smaller because it is wider: 1998 by 1080 stays so. */
const NEARLY = 1.01;
/** What decoders of H.264 take: level 5.2 has 4096 across. */
const LONGEST_EDGE = 4096;

/**
 * The renditions of a film, lowest first: each step that the source reaches, never one that it does not: 1920 by 804
 * is 1080 without its black bars. A source below all steps has one, of its own size. Edges are even, as 4:2:0 wants them.
 */
export function ladderOf(source: SourceFacts): Rung[] {
  const { width, height } = shrunk(source);
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const edge = Math.min(Math.max(short, (long * 9) / 16), short * WIDENED);
  const reached = STEPS.filter(([step]) => step <= edge);
  if (reached.length === 0) return [rungOf(source, short, width, height)];
  return reached.map(([step], index) => {
    const share = step / edge;
    const kept = index === reached.length - 1 && short <= step * NEARLY ? 1 : share;
    return rungOf(source, step, width * kept, height * kept);
  });
}

function rungOf(source: SourceFacts, edge: number, width: number, height: number): Rung {
  const size = { width: even(width), height: even(height) };
  const isFast = (source.frameRate ?? 0) > 31;
  const share = (size.width * size.height) / (source.width * source.height);
  const usual = bitrateAt(size.width * size.height) * (isFast ? FAST_FACTOR : 1);
  // A part of the picture has more than its part of the bits: 0.75 is the rule of thumb.
  const ofSource = source.bitrate === undefined ? Infinity : source.bitrate * HEADROOM * Math.min(1, share) ** 0.75;
  const bitrate = Math.round(Math.max(LEAST_BITRATE, Math.min(usual, ofSource)));
  return { kind: videoKind(even(edge)), ...size, bitrate, maxrate: Math.round(bitrate * PEAK) };
}

/** Bits a second for so many pixels: between the steps, which are of 16:9, as a straight line. */
function bitrateAt(pixels: number): number {
  const known = STEPS.map(([edge, bitrate]) => ({ pixels: (edge * edge * 16) / 9, bitrate }));
  const above = known.find((step) => step.pixels >= pixels) ?? known.at(-1);
  const below = known.findLast((step) => step.pixels < pixels) ?? { pixels: 0, bitrate: 0 };
  if (!above || above.pixels <= below.pixels) return below.bitrate;
  const share = Math.min(1, (pixels - below.pixels) / (above.pixels - below.pixels));
  return below.bitrate + share * (above.bitrate - below.bitrate);
}

/** The source, made small enough that no edge is longer than decoders take. */
function shrunk({ width, height }: SourceFacts): { width: number; height: number } {
  const share = Math.min(1, LONGEST_EDGE / Math.max(width, height));
  return { width: width * share, height: height * share };
}

const even = (pixels: number): number => Math.max(2, Math.round(pixels / 2) * 2);

const STANDARD: readonly FrameRate[] = [
  { over: 24000, under: 1001 },
  { over: 24, under: 1 },
  { over: 25, under: 1 },
  { over: 30000, under: 1001 },
  { over: 30, under: 1 },
  { over: 48, under: 1 },
  { over: 50, under: 1 },
  { over: 60000, under: 1001 },
  { over: 60, under: 1 },
];
/** How far an average may be from a standard rate to be meant as it: 23.976 and 24 are 0.1 % apart. */
const TOLERANCE = 0.0004;
/** Slower films repeat frames, so that there is one to begin each segment with. */
const SLOWEST = 5;
const USUAL: FrameRate = { over: 30, under: 1 };

export const framesASecond = ({ over, under }: FrameRate): number => over / under;

/**
 * The constant rate of all renditions: the source's, a standard one where it is near, 60 at most. A film of varying
 * rate gets its average, so that segments are equally long and key frames of all renditions are at the same times.
 */
export function frameRateOf(average: number | undefined): FrameRate {
  if (average === undefined) return USUAL;
  if (average >= 60 * (1 - TOLERANCE)) return { over: 60, under: 1 };
  const standard = STANDARD.find((rate) => Math.abs(framesASecond(rate) / average - 1) < TOLERANCE);
  return standard ?? { over: Math.round(Math.max(SLOWEST, average) * 100), under: 100 };
}
