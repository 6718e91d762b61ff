/** Milliseconds that a speed is the mean of. */
const WINDOW_MS = 4_000;

/** Bytes a second, over the last seconds. */
export class Speedometer {
  private samples: { at: number; bytes: number }[] = [];

  add(bytes: number, at = performance.now()): void {
    this.samples.push({ at, bytes });
    this.forget(at);
  }

  read(now = performance.now()): number {
    this.forget(now);
    const first = this.samples[0];
    if (!first) return 0;
    const seconds = Math.max(0.5, (now - first.at) / 1000);
    return this.samples.reduce((sum, { bytes }) => sum + bytes, 0) / seconds;
  }

  private forget(now: number): void {
    this.samples = this.samples.filter(({ at }) => now - at < WINDOW_MS);
  }
}
