/** How far a run of ffmpeg is. */
export interface Progress {
  /** Of the film, made so far. */
  seconds: number;
  /** Seconds of film a second; null when it does not say. */
  speed: number | null;
}

/** The last report in what ffmpeg writes to -progress; null when there is none yet. */
export function parseProgress(text: string): Progress | null {
  const microseconds = last(text, /^out_time_us=(\d+)$/gm);
  if (microseconds === null) return null;
  return { seconds: microseconds / 1e6, speed: last(text, /^speed=\s*([\d.]+)x/gm) };
}

function last(text: string, pattern: RegExp): number | null {
  const found = [...text.matchAll(pattern)].at(-1)?.[1];
  return found === undefined ? null : Number(found);
}
