import path from 'node:path';
import { stat } from 'node:fs/promises';
import { convert } from '../ffmpeg/convert.js';
import type { ProbedStream } from '../ffmpeg/probe.js';
import type { AvTask } from '../ffmpeg/task.js';
import type { Tools } from '../ffmpeg/tools.js';
import { sharp } from '../image/sharp.js';
import type { FilmFacts } from './facts.js';
import { toneMapping } from './tone-mapping.js';

export interface Film {
  stream: ProbedStream;
  facts: FilmFacts;
  durationMs: number | undefined;
}

export interface Poster {
  /** A PNG in the task's folder. null when no frame could be decoded. */
  path: string | null;
  /** What ffmpeg said last. */
  said: string;
}

/** Where in the film to look, as a share of it; exact seeks decode from the key frame before. */
interface Look {
  at: number;
  exact: boolean;
  /** Frames of which the most typical one is taken. */
  among: number;
}

/**
 * The first is where most films have begun, and cheap: from the key frame before. The others are for films that are
 * dark there, and the last for films of which only the beginning can be read.
 */
const LOOKS: readonly Look[] = [
  { at: 0.1, exact: false, among: 24 },
  { at: 1 / 3, exact: true, among: 12 },
  { at: 2 / 3, exact: true, among: 12 },
  { at: 0, exact: false, among: 1 },
];
/** Of a film whose length is not known. */
const FROM_THE_START: readonly Look[] = [
  { at: 0, exact: false, among: 250 },
  { at: 0, exact: false, among: 1 },
];

const TIMEOUT_MS = 60_000;

/** What frames that are compared may take together, and what each pixel of them does. */
const COMPARED_BYTES = 40e6;
const BYTES_A_PIXEL = 3;

/** Spread of brightness, 0 to 127, from which on a frame shows something: black and white cards are below. */
const SHOWS_SOMETHING = 10;

/**
 * One frame to stand for a film: upright, square pixels, sRGB, no edge longer than `edge` pixels, and not black
 * where the film has anything else to show.
 * @throws what convert throws
 */
export async function makePoster(
  tools: Tools,
  task: AvTask,
  film: Film,
  edge: number,
  signal?: AbortSignal,
): Promise<Poster> {
  let best: { path: string | null; spread: number } = { path: null, spread: -1 };
  let said = '';
  for (const [index, look] of (film.durationMs === undefined ? FROM_THE_START : LOOKS).entries()) {
    // The very first frame is a last resort: it is most often the darkest.
    if (look.among === 1 && best.path !== null) break;
    const output = path.join(task.outputDir, `frame-${index}.png`);
    said = await extract(tools, task, film, look, { edge, output, signal });
    const spread = await spreadOf(output);
    if (spread > best.spread) best = { path: output, spread };
    if (spread >= SHOWS_SOMETHING) break;
  }
  return { path: best.path, said };
}

async function extract(
  tools: Tools,
  task: AvTask,
  { stream, facts, durationMs = 0 }: Film,
  { at, exact, among }: Look,
  { edge, output, signal }: { edge: number; output: string; signal: AbortSignal | undefined },
): Promise<string> {
  const seconds = Number(((durationMs / 1000) * at).toFixed(3));
  const { stderr } = await convert(
    tools.ffmpeg,
    task,
    {
      ...(seconds > 0 && { seek: { seconds, exact } }),
      stream: stream.index,
      videoFilter: filtersOf(stream, facts, { edge, among, toneMaps: tools.toneMaps }),
      outputOptions: [
        '-frames:v',
        '1',
        '-pix_fmt',
        'rgb24',
        '-c:v',
        'png',
        '-compression_level',
        '1',
        '-f',
        'image2',
        '-update',
        '1',
      ],
      output,
    },
    { timeoutMs: TIMEOUT_MS, signal },
  );
  return stderr;
}

/** Frames that wait to be compared take memory: they are shrunk first, and of many only every so-manyth is looked at. */
function filtersOf(
  stream: ProbedStream,
  { width, height, hdr }: FilmFacts,
  { edge, among, toneMaps }: { edge: number; among: number; toneMaps: boolean },
): string {
  const share = Math.min(1, edge / Math.max(width, height));
  const [wide = 1, high = 1] = [width, height].map((pixels) => Math.max(1, Math.round(pixels * share)));
  // Films that do not say how they mean their colours are meant as players take them: HD by BT.709.
  const isHd = !hdr && stream.color_space === undefined && height >= 720;
  const matrix = isHd ? ':in_color_matrix=bt709' : '';
  const step = Math.ceil((among * wide * high * BYTES_A_PIXEL) / COMPARED_BYTES);
  return [
    ...(step > 1 ? [`framestep=${step}`] : []),
    `scale=${wide}:${high}${matrix}`,
    ...(hdr ? [] : ['format=rgb24']),
    'setsar=1',
    ...(among > 1 ? [`thumbnail=${Math.ceil(among / step)}`] : []),
    ...(hdr && toneMaps ? [toneMapping(stream)] : []),
  ].join(',');
}

/** The standard deviation of brightness; -1 when there is no picture. */
async function spreadOf(file: string): Promise<number> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size === 0) return -1;
  const small = await sharp(file).resize(64, 64, { fit: 'fill' }).greyscale().raw().toBuffer();
  const mean = small.reduce((sum, level) => sum + level, 0) / small.length;
  return Math.sqrt(small.reduce((sum, level) => sum + (level - mean) ** 2, 0) / small.length);
}
