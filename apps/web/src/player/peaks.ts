/** Bars that a waveform is shown as. */
const BARS = 160;

/** Heights of bars, 0 to 1, out of audiowaveform's format (pairs of minimum and maximum). */
export function parseWaveform(given: unknown): number[] {
  const { data, bits = 8 } = given as { data: number[]; bits?: number };
  const pairs = Math.floor(data.length / 2);
  const most = 2 ** (bits - 1);
  const bars = Math.min(BARS, pairs);
  return Array.from({ length: bars }, (_, bar) => {
    let peak = 0;
    const [from, to] = [Math.floor((bar / bars) * pairs), Math.floor(((bar + 1) / bars) * pairs)];
    for (let pair = from; pair < to; pair++)
      peak = Math.max(peak, Math.abs(data[pair * 2] ?? 0), Math.abs(data[pair * 2 + 1] ?? 0));
    return Math.min(1, peak / most);
  });
}
