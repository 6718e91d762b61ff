import { statSync } from 'node:fs';
import type { Task } from '../process.js';

/** Decoded by programs of their own, or by WebAssembly: of a photo's size they take more than two may have together. */
const HEAVY: ReadonlySet<string> = new Set(['image/jp2', 'image/jxl', 'image/heic', 'image/heif', 'image/avif']);
/** Bytes of a file from which it is taken to be a photo. */
const PHOTO = 500_000;

/**
 * Bytes that a task is as good as certain to ask for, so that it need not begin to find out that it has to wait; what it asks for then
 * counts. What takes no room still does not begin beside a large decode, which is to have all of it.
 */
export function roomToBegin(task: Task): number {
  if (!('mime' in task) || 'onlyLocation' in task || !HEAVY.has(task.mime ?? '')) return 0;
  const size = statSync(task.input, { throwIfNoEntry: false })?.size ?? 0;
  return size < PHOTO ? 0 : Infinity;
}
