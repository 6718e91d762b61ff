import { Problem } from '../problem/problem.js';

/** Runs a few tasks at once, lets a number of others wait, and refuses more than that. */
export class BoundedQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly waitingAtMost: number,
  ) {}

  /** @throws Problem OVERLOADED when too many wait already; and whatever `task` throws */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.running < this.atOnce) this.running++;
    else await this.turn();
    try {
      return await task();
    } finally {
      // Whoever is next takes over this place, so that nobody new can slip in between.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }

  private turn(): Promise<void> {
    if (this.waiting.length >= this.waitingAtMost)
      throw new Problem('OVERLOADED', 'Too many people are signing in at the moment; try again in a few seconds.', {
        headers: { 'Retry-After': '5' },
      });
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
