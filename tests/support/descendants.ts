import { readFileSync } from 'node:fs';

/** The processes that a process has started, and those they have, whose command line has `word` in it. Linux. */
export function descendants(pid: number, word: string): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  const own = children.filter((child) => read(`/proc/${child}/cmdline`).includes(word));
  return [...own, ...children.flatMap((child) => descendants(child, word))];
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // Gone meanwhile.
  }
}
