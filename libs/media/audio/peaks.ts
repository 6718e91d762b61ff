/** A waveform has fewer pairs than this, and at least half as many: about the places that a wide screen has for them. */
const MOST_PAIRS = 1600;

/**
 * Takes a sound, sample by sample, and keeps the lowest and the highest of each stretch. The stretches double in length
 * whenever there are too many, so that the length of the sound need not be known, and memory does not grow with it.
 */
export class Peaks {
  /** Lowest and highest, pair after pair, as 16-bit samples. */
  private readonly pairs = new Int16Array(2 * MOST_PAIRS);
  private filled = 0;
  private samplesPerPair = 1;
  private inStretch = 0;
  private low = 0;
  private high = 0;
  /** The first half of a sample whose second half is still to come. */
  private half: Buffer | null = null;
  /** Samples seen. */
  samples = 0;

  /** @param chunk signed 16-bit samples of one channel, little endian; may begin and end in the midst of one */
  add(chunk: Buffer): void {
    const bytes = this.half ? Buffer.concat([this.half, chunk]) : chunk;
    const end = bytes.length - (bytes.length % 2);
    for (let at = 0; at < end; at += 2) this.take(bytes.readInt16LE(at));
    this.half = end === bytes.length ? null : Buffer.from(bytes.subarray(end));
  }

  /** Lowest and highest of each stretch, -128 to 127, and how many samples a stretch has. */
  finish(): { samplesPerPair: number; pairs: number[] } {
    if (this.inStretch > 0) this.close();
    const pairs = Array.from(this.pairs.subarray(0, 2 * this.filled), (level) => level >> 8);
    return { samplesPerPair: this.samplesPerPair, pairs };
  }

  private take(sample: number): void {
    this.low = this.inStretch === 0 ? sample : Math.min(this.low, sample);
    this.high = this.inStretch === 0 ? sample : Math.max(this.high, sample);
    this.samples++;
    if (++this.inStretch === this.samplesPerPair) this.close();
  }

  private close(): void {
    this.pairs.set([this.low, this.high], 2 * this.filled++);
    this.inStretch = 0;
    if (this.filled === MOST_PAIRS) this.halve();
  }

  private halve(): void {
    for (let pair = 0; pair < MOST_PAIRS / 2; pair++) {
      const [low = 0, high = 0, nextLow = 0, nextHigh = 0] = this.pairs.subarray(4 * pair, 4 * pair + 4);
      this.pairs.set([Math.min(low, nextLow), Math.max(high, nextHigh)], 2 * pair);
    }
    this.filled = MOST_PAIRS / 2;
    this.samplesPerPair *= 2;
  }
}
