import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { processFile } from '../process.js';
import type { ProcessResult } from '../result.js';
import { TOOL_ENVIRONMENT } from './run.js';
import { findTools, type Tools } from './tools.js';

/** What tests of films and sounds make and measure. */

let found: Promise<Tools | null> | undefined;

/** This machine's ffmpeg and ffprobe, of which the tests need both. */
export async function tools(): Promise<Tools> {
  found ??= findTools({ searchPath: '' });
  const here = await found;
  if (!here) throw new Error('these tests need ffmpeg and ffprobe, from the npm packages');
  return here;
}

/** Test pictures with a counter, and a tone. */
export const PICTURES = (size = '320x240', seconds = 2) => ['-f', 'lavfi', '-i', `testsrc=s=${size}:d=${seconds}:r=25`];
export const TONE = (seconds = 2) => ['-f', 'lavfi', '-i', `sine=frequency=440:d=${seconds}`];
export const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

/** Makes a file with ffmpeg: arguments before the output. Returns its path. */
export async function make(folder: string, name: string, args: readonly string[]): Promise<string> {
  const path = join(folder, name);
  const { ffmpeg } = await tools();
  const all = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y', ...args, path];
  await promisify(execFile)(ffmpeg, all, { env: TOOL_ENVIRONMENT });
  return path;
}

let runs = 0;

/** Processes a file as a task would, in a folder of its own below the given one. */
export async function processed(
  folder: string,
  input: string,
  mime: string,
  { signal, maxPixels = 50_000_000, ...given }: { signal?: AbortSignal; maxPixels?: number; tools?: Tools } = {},
): Promise<ProcessResult> {
  const outputDir = join(folder, `run-${runs++}`);
  await mkdir(outputDir);
  const sizes = { limits: { maxPixels }, thumbnailEdge: 320, previewEdge: 1440 };
  return processFile({ input, mime, outputDir, ...sizes, tools: given.tools ?? (await tools()) }, signal);
}
