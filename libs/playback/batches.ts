interface Waiting<Value> {
  resolve: (value: Value | null) => void;
  reject: (reason: unknown) => void;
}

/** More at once would only wait for each other. */
const AT_ONCE = 2;
const LARGEST = 500;

/**
 * Gathers keys that are asked for while others are being answered, so that a busy process asks in large batches and an
 * idle one at once. The batch that answers a call begins after the call: nobody is told what was true before he asked.
 */
export class Batches<Value> {
  private readonly waiting = new Map<string, Waiting<Value>[]>();
  private running = 0;

  /**
   * @param answer values by key; a key that is not among them has none
   * @param again what is told to others who asked for the same key in the same batch
   */
  constructor(
    private readonly answer: (keys: string[]) => Promise<Map<string, Value>>,
    private readonly again: (value: Value) => Value,
  ) {}

  ask(key: string): Promise<Value | null> {
    return new Promise((resolve, reject) => {
      const others = this.waiting.get(key);
      if (others) others.push({ resolve, reject });
      else this.waiting.set(key, [{ resolve, reject }]);
      void this.run();
    });
  }

  private async run(): Promise<void> {
    if (this.running === AT_ONCE) return;
    this.running++;
    while (this.waiting.size > 0) await this.runOne(this.takeBatch());
    this.running--;
  }

  private takeBatch(): Map<string, Waiting<Value>[]> {
    const batch = new Map<string, Waiting<Value>[]>();
    for (const [key, askers] of this.waiting) {
      batch.set(key, askers);
      this.waiting.delete(key);
      if (batch.size === LARGEST) break;
    }
    return batch;
  }

  private async runOne(batch: Map<string, Waiting<Value>[]>): Promise<void> {
    try {
      const values = await this.answer([...batch.keys()]);
      for (const [key, [first, ...others]] of batch) {
        const value = values.get(key) ?? null;
        first?.resolve(value);
        for (const { resolve } of others) resolve(value && this.again(value));
      }
    } catch (error) {
      for (const askers of batch.values()) for (const { reject } of askers) reject(error);
    }
  }
}
