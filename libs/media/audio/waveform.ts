import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convert } from '../ffmpeg/convert.js';
import type { ProbedStream } from '../ffmpeg/probe.js';
import type { AvTask } from '../ffmpeg/task.js';
import { open, type Pixels } from '../image/pixels.js';
import type { PictureOutput, WaveformOutput } from '../result.js';
import { Peaks } from './peaks.js';

/** What is left of a sound when all of it was heard. */
export interface Waveform {
  /** Lowest and highest of each stretch, -128 to 127. */
  pairs: number[];
  samplesPerPair: number;
  durationMs: number;
  /** EBU R128, LUFS over the whole; undefined for silence, and for what is too long to be measured in passing. */
  loudness: number | undefined;
  /** What ffmpeg complained of at the end. */
  said: string;
}

/** Hertz. Enough for a drawing: it shows how loud it is, not what is played. */
const SAMPLE_RATE = 8000;

/** A day of sound takes minutes; what takes longer is ended with the job. */
const TIMEOUT_MS = 240_000;

/** Longer ones are not measured: it takes three times as long as decoding. */
const LOUDNESS_MAX_MS = 30 * 60_000;

/**
 * Hears a sound from beginning to end, in memory that does not grow with it.
 * @param durationMs as far as it is known
 * @throws what convert throws
 */
export async function hear(
  ffmpeg: string,
  task: AvTask,
  stream: ProbedStream,
  durationMs: number | undefined,
  signal?: AbortSignal,
): Promise<Waveform> {
  const peaks = new Peaks();
  const isMeasured = (durationMs ?? Infinity) <= LOUDNESS_MAX_MS;
  const { stderr } = await convert(
    ffmpeg,
    task,
    {
      stream: stream.index,
      ...(isMeasured && { audioFilter: 'ebur128=framelog=quiet' }),
      outputOptions: ['-ac', '1', '-ar', String(SAMPLE_RATE), '-c:a', 'pcm_s16le', '-f', 's16le'],
      output: null,
      logLevel: 'info', // The measurement is told as information.
    },
    { timeoutMs: TIMEOUT_MS, signal, onData: (chunk) => peaks.add(chunk) },
  );
  const heardMs = Math.round((peaks.samples / SAMPLE_RATE) * 1000);
  return { ...peaks.finish(), durationMs: heardMs, loudness: loudnessIn(stderr), said: stderr };
}

/** R128 calls what is at -70 LUFS or below silence. */
function loudnessIn(stderr: string): number | undefined {
  const level = Number(/Integrated loudness:\s+I:\s+(-?[\d.]+) LUFS/.exec(stderr)?.[1]);
  return Number.isFinite(level) && level > -70 ? level : undefined;
}

/** Writes it as JSON, version 2 of the format of BBC audiowaveform, which players of the web read. */
export async function writeWaveform({ pairs, samplesPerPair }: Waveform, folder: string): Promise<WaveformOutput> {
  const path = join(folder, 'waveform.json');
  const json = JSON.stringify({
    version: 2,
    channels: 1,
    sample_rate: SAMPLE_RATE,
    samples_per_pixel: samplesPerPair,
    bits: 8,
    length: pairs.length / 2,
    data: pairs,
  });
  await writeFile(path, json);
  return { kind: 'waveform', path, mime: 'application/json', width: null, height: null, size: Buffer.byteLength(json) };
}

const [PAPER, INK] = [
  [244, 244, 245],
  [63, 63, 70],
];

/** Pixels: twice what most players give a waveform, for sharp screens. */
const IMAGE_WIDTH = 1800;

/** Draws it as PNG, the same for every sound, whether or not it has a cover. */
export async function writeWaveformImage(waveform: Waveform, folder: string): Promise<PictureOutput> {
  const path = join(folder, 'waveform-image.png');
  const { width, height, size } = await open(drawWaveform(waveform, IMAGE_WIDTH)).png({ palette: true }).toFile(path);
  return { kind: 'waveform-image', path, mime: 'image/png', width, height, size };
}

/** Draws it, at most `width` pixels wide and a quarter as high. */
export function drawWaveform({ pairs }: Waveform, width: number): Pixels {
  const height = Math.max(1, Math.round(width / 4));
  const data = Buffer.alloc(width * height * 3, Buffer.from(PAPER));
  const stretch = pairs.length / 2 / width;
  for (let x = 0; x < width; x++) {
    const first = Math.floor(x * stretch);
    const shown = pairs.slice(2 * first, 2 * Math.max(first + 1, Math.floor((x + 1) * stretch)));
    const [low, high] = [Math.min(0, ...shown), Math.max(0, ...shown)];
    const [top, bottom] = [high, low].map((level) => Math.round(((128 - level) / 256) * (height - 1)));
    for (let y = top ?? 0; y <= (bottom ?? 0); y++) data.set(INK, 3 * (y * width + x));
  }
  return { data, width, height, channels: 3 };
}
