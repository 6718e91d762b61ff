import { readFileSync } from 'node:fs';
import type { StackProcess } from '../../support/stack-process.js';

const EVERY_MS = 50;
const MEGABYTE = 1024 * 1024;

/** Megabytes of memory that a process takes. */
export interface Memory {
  before: number;
  peak: number;
}

/** Looks at a process while something is done to it. */
export async function watchMemory<T>(
  process: StackProcess,
  work: () => Promise<T>,
): Promise<{ memory: Memory; result: T }> {
  const before = megabytesOf(process);
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, megabytesOf(process))), EVERY_MS);
  try {
    const result = await work();
    peak = Math.max(peak, megabytesOf(process));
    return { memory: { before, peak }, result };
  } finally {
    clearInterval(timer);
  }
}

function megabytesOf({ pid }: StackProcess): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round((Number(kilobytes) * 1024) / MEGABYTE);
}
