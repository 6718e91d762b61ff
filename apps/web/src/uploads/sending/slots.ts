/** Lets so many work at once; the others wait in the order in which they came. */
export class Slots {
  private readonly waiting = new Set<() => void>();

  constructor(private free: number) {}

  /** @throws what the work threw; the signal's reason when it was aborted before its turn */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.turn(signal);
    try {
      return await work();
    } finally {
      const [next] = this.waiting;
      if (next) next();
      else this.free += 1;
    }
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(reasonOf(signal));
      const enter = (): void => {
        this.waiting.delete(enter);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.waiting.delete(enter);
        reject(reasonOf(signal));
      };
      if (this.free > 0) {
        this.free -= 1;
        return resolve();
      }
      this.waiting.add(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}

const reasonOf = (signal: AbortSignal): Error => new DOMException(String(signal.reason), 'AbortError');
