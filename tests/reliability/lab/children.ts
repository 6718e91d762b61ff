import { readFileSync } from 'node:fs';
import { systemCode } from '#libs/storage/disk-errors.js';

/** What the system says of a process that is no more. */
const GONE = ['ENOENT', 'ESRCH'];

/** Process ids of the children of a process; none when it is gone. Linux only. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number);
  } catch (error) {
    if (GONE.includes(systemCode(error) ?? '')) return [];
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
