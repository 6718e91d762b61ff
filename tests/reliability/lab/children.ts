import { readFileSync } from 'node:fs';
import { systemCode } from '#libs/storage/disk/disk-errors.js';

/** What the system says of a process that is no more. */
const GONE = ['ENOENT', 'ESRCH'];

/** In the command line of a decoder. */
const DECODER = '/sandbox/child.js';

/** Process ids of the children of a process; none when it is gone. Linux only. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number);
  } catch (error) {
    if (GONE.includes(systemCode(error) ?? '')) return [];
    throw error;
  }
}

/**
 * Those children of a worker that decode. One that has been made a moment ago and does not run its own program yet is
 * left out: to stop it would be to stop its parent, who waits for that.
 */
export const decodersOf = (pid: number): number[] =>
  childrenOf(pid).filter((child) => programOf(child).includes(DECODER));

function programOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch (error) {
    if (GONE.includes(systemCode(error) ?? '')) return '';
    throw error;
  }
}

export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    if (GONE.includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}
