import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inputAddress, inputOptions } from '../../ffmpeg/input.js';
import { run } from '../../ffmpeg/run.js';
import type { Tools } from '../../ffmpeg/tools.js';
import type { PictureOutput } from '../../result.js';
import { framesShown, type Animation } from '../decode/animation.js';
import type { Header, ImageLimits } from '../decode/header.js';
import { sharp } from '../sharp.js';

export interface AnimationTask {
  input: string;
  outputDir: string;
  previewEdge: number;
  limits: ImageLimits;
  tools?: Tools | null | undefined;
}

interface Size {
  /** Pixels. */
  width: number;
  height: number;
}

/** Pixels of all frames of a preview together: what is longer is shown smaller. */
const MOST_PIXELS = 30e6;
const TIMEOUT_MS = 60_000;
const WEBP = { quality: 70, effort: 1 } as const;

/**
 * The animation as WebP that is played as the original is; null when there is nothing that could make it, or its
 * frames are damaged: then the still preview stands for it.
 */
export async function writeAnimatedPreview(
  header: Header,
  animation: Animation,
  task: AnimationTask,
): Promise<PictureOutput | null> {
  const frames = framesShown(animation, header, task.limits);
  if (frames < 2) return null;
  const size = sizeOf(header, frames, task.previewEdge);
  const timing = { loop: animation.loop, delay: animation.delays.slice(0, frames) };
  const picture = header.format === 'png' ? await readFrames(frames, size, task) : openFrames(header, frames, size);
  if (!picture) return null;
  const made = await picture
    .webp({ ...WEBP, ...(header.format === 'png' && timing) })
    .toBuffer({ resolveWithObject: true })
    .catch(() => null); // Damaged between frames; the first one has been shown.
  if (!made) return null;
  const path = join(task.outputDir, 'preview.webp');
  await writeFile(path, made.data);
  return { kind: 'preview', path, mime: 'image/webp', ...size, size: made.data.length };
}

function sizeOf({ width, height }: Header, frames: number, edge: number): Size {
  const factor = Math.min(1, edge / Math.max(width, height), Math.sqrt(MOST_PIXELS / frames / (width * height)));
  const scaled = (pixels: number) => Math.max(1, Math.round(pixels * factor));
  return { width: scaled(width), height: scaled(height) };
}

const openFrames = ({ source }: Header, frames: number, { width, height }: Size) =>
  sharp(source, { pages: frames, failOn: 'none', limitInputPixels: false }).resize(width, height, { fit: 'fill' });

/** libvips reads one frame of a PNG only; ffmpeg reads them all. */
async function readFrames(frames: number, { width, height }: Size, { input, outputDir, tools }: AnimationTask) {
  if (!tools) return null;
  const args = [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-threads', '1', '-filter_threads', '1'],
    ...inputOptions('image/png'),
    ...['-i', inputAddress(input), '-frames:v', String(frames), '-fps_mode', 'passthrough'],
    ...['-vf', `format=rgba,scale=${width}:${height}:flags=area`, '-f', 'rawvideo', 'pipe:1'],
  ];
  const chunks: Buffer[] = [];
  const onData = (chunk: Buffer) => void chunks.push(chunk);
  await run(tools.ffmpeg, args, { cwd: outputDir, timeoutMs: TIMEOUT_MS, onData });
  const data = Buffer.concat(chunks);
  const frameBytes = width * height * 4;
  const whole = Math.floor(data.length / frameBytes);
  if (whole < 2) return null;
  const raw = { width, height: height * whole, channels: 4 as const, pageHeight: height };
  return sharp(data.subarray(0, whole * frameBytes), { raw, limitInputPixels: false });
}
