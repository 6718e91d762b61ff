/** How far a run of ffmpeg is. */
export interface Progress {
  /** Of the film, made so far. */
  seconds: number;
  /** Seconds of film a second. */
  speed: number;
}

/**
 * Seconds of the film that are made, by the last report in what ffmpeg writes to -progress; null when there is none yet.
 * Its own times are those of the output that is furthest behind, which may be a picture that waits for its turn: so the
 * frames of the lowest rendition are counted.
 *
 * @param framesASecond of the renditions; null when none is made of pictures
 */
export function secondsMade(text: string, framesASecond: number | null): number | null {
  if (framesASecond === null) {
    const microseconds = last(text, /^out_time_us=(\d+)$/gm);
    return microseconds === null ? null : microseconds / 1e6;
  }
  const frames = last(text, /^frame=\s*(\d+)$/gm);
  return frames === null ? null : frames / framesASecond;
}

function last(text: string, pattern: RegExp): number | null {
  const found = [...text.matchAll(pattern)].at(-1)?.[1];
  return found === undefined ? null : Number(found);
}
