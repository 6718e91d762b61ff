import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { sharp } from '../../image/sharp.js';
import {
  PREVIEW_FILE,
  PREVIEW_FRAME_RATE,
  PREVIEW_FRAMES,
  STORYBOARD_FILE,
  STORYBOARD_FRAMES,
  type LadderRun,
  type Storyboard,
} from './command.js';

/** Makes the storyboard and the moving preview of the pictures that a run has left for them, as far as there are any. */
export async function joinPictures(
  folder: string,
  { storyboard, preview }: Pick<LadderRun, 'storyboard' | 'preview'>,
): Promise<void> {
  if (storyboard) await join(folder, STORYBOARD_FRAMES, (frames) => joinSheet(frames, storyboard, folder));
  if (preview) await join(folder, PREVIEW_FRAMES, (frames) => joinPreview(frames, folder));
}

async function join(folder: string, pattern: string, work: (frames: string[]) => Promise<unknown>): Promise<void> {
  const [prefix = ''] = pattern.split('%');
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix) && name.endsWith('.png')).sort();
  const frames = names.map((name) => path.join(folder, name));
  if (frames.length > 0) await work(frames);
  for (const frame of frames) await rm(frame);
}

function joinSheet(frames: string[], { columns, rows, width, height }: Storyboard, folder: string): Promise<unknown> {
  const tiles = frames.slice(0, columns * rows).map((input, index) => {
    return { input, left: (index % columns) * width, top: Math.floor(index / columns) * height };
  });
  const create = { width: columns * width, height: rows * height, channels: 3, background: 'black' } as const;
  return sharp({ create }).composite(tiles).jpeg({ quality: 75 }).toFile(path.join(folder, STORYBOARD_FILE));
}

function joinPreview(frames: string[], folder: string): Promise<unknown> {
  const [only = ''] = frames;
  const moving = frames.length === 1 ? sharp(only) : sharp(frames, { join: { animated: true } });
  const delay = frames.map(() => 1000 / PREVIEW_FRAME_RATE);
  return moving.webp({ quality: 55, effort: 2, loop: 0, delay }).toFile(path.join(folder, PREVIEW_FILE));
}
