import { readFileSync } from 'node:fs';

const LOOK_MS = 50;

/** Looks, until it is stopped, how much memory a process and all its children have at most. Linux only: 0 elsewhere. */
export class PeakMemory {
  #peak = 0;
  #timer;

  /** @param pidOf tells the process's id; it may become another one */
  constructor(pidOf) {
    const look = () => (this.#peak = Math.max(this.#peak, residentOf(pidOf())));
    look();
    this.#timer = setInterval(look, LOOK_MS);
  }

  /** Megabytes. */
  stop() {
    clearInterval(this.#timer);
    return Math.round(this.#peak / 1024);
  }
}

/** Resident kilobytes of a process and what it has started, pages that they share counted once for each. */
function residentOf(pid) {
  const own = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0;
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  return children.reduce((sum, child) => sum + residentOf(child), Number(own));
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // It has ended meanwhile, or this is not Linux.
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return '';
    throw error;
  }
}
