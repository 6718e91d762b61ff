import { readFileSync } from 'node:fs';

const LOOK_MS = 50;

/** Looks, until it is stopped, how much memory a process and all its children have at most. Linux only: 0 elsewhere. */
export class PeakMemory {
  #peak = 0;
  #parts = [];
  #timer;

  /** @param pidOf tells the process's id; it may become another one */
  constructor(pidOf) {
    const look = () => {
      const parts = partsOf(pidOf());
      const total = parts.reduce((sum, { kilobytes }) => sum + kilobytes, 0);
      if (total > this.#peak) [this.#peak, this.#parts] = [total, parts];
    };
    look();
    this.#timer = setInterval(look, LOOK_MS);
  }

  /** Megabytes. */
  stop() {
    clearInterval(this.#timer);
    return Math.round(this.#peak / 1024);
  }

  /** What made up the peak: a program and its megabytes each, the process itself first. */
  get parts() {
    return this.#parts.map(({ name, kilobytes }) => `${name} ${Math.round(kilobytes / 1024)}`);
  }
}

/** A process and what it has started, with their resident kilobytes: pages that they share are counted for each. */
function partsOf(pid) {
  const status = read(`/proc/${pid}/status`);
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  const name = /^Name:\s+(.*)$/m.exec(status)?.[1] ?? 'gone';
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  return [{ name, kilobytes }, ...children.flatMap(partsOf)];
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
