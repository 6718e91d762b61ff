/** One part of a stream. */
export interface Segment {
  /** As the playlist names it, relative to itself. */
  uri: string;
  /** How long it plays. */
  seconds: number;
}

export interface MediaPlaylist {
  segments: Segment[];
  /** The initialisation section that stands before all of them. */
  init: string | null;
  targetSeconds: number;
  isComplete: boolean;
}

/** Reads a media playlist (RFC 8216bis 4.4.4) as ffmpeg writes it. */
export function parseMediaPlaylist(text: string): MediaPlaylist {
  const lines = text.split(/\r?\n/);
  const segments: Segment[] = [];
  let seconds = 0;
  for (const line of lines) {
    const length = /^#EXTINF:([\d.]+)/.exec(line)?.[1];
    if (length !== undefined) seconds = Number(length);
    else if (line !== '' && !line.startsWith('#')) segments.push({ uri: line, seconds });
  }
  return {
    segments,
    init: /^#EXT-X-MAP:URI="([^"]+)"/m.exec(text)?.[1] ?? null,
    targetSeconds: Number(/^#EXT-X-TARGETDURATION:(\d+)/m.exec(text)?.[1] ?? 0),
    isComplete: lines.includes('#EXT-X-ENDLIST'),
  };
}

export interface Bandwidth {
  /** Bits a second of the segment that has most of them (RFC 8216bis 4.4.6.2, BANDWIDTH). */
  peak: number;
  average: number;
}

/** Segments that play for less than half the target may be left out of the peak (RFC 8216bis, peak segment bit rate). */
const SHORTEST_SHARE = 0.5;

/** Of a stream whose segments have so many bytes each. */
export function bandwidthOf({ segments, targetSeconds }: MediaPlaylist, bytes: ReadonlyMap<string, number>): Bandwidth {
  const measured = segments.map(({ uri, seconds }) => ({ bits: 8 * (bytes.get(uri) ?? 0), seconds }));
  const bits = measured.reduce((sum, segment) => sum + segment.bits, 0);
  const seconds = measured.reduce((sum, segment) => sum + segment.seconds, 0);
  const average = Math.ceil(bits / Math.max(seconds, 0.001));
  const whole = measured.filter((segment) => segment.seconds >= targetSeconds * SHORTEST_SHARE);
  const rates = whole.map((segment) => Math.ceil(segment.bits / segment.seconds));
  return { peak: Math.max(average, ...rates), average };
}
