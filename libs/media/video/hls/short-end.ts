/**
 * A last segment shorter than this is made part of the one before it. Sound goes on for a packet longer than pictures;
 * as a segment of its own that packet keeps players from seeing the end (hls.js 1.7 stalls a frame before it).
 */
const SHORTEST_SECONDS = 0.4;

const LAST_TWO = /#EXTINF:([\d.]+),[^\n]*\n([^#\n]+)\n#EXTINF:([\d.]+),[^\n]*\n([^#\n]+)\n#EXT-X-ENDLIST\s*$/;

export interface ShortEnd {
  /** The media playlist, with one segment less. */
  playlist: string;
  /** The name of the segment before the last, and of the last, which is to be added to it. */
  before: string;
  last: string;
}

/** What has to be joined that a media playlist of ffmpeg's does not end with a splinter; null when it does not. */
export function shortEnd(playlist: string): ShortEnd | null {
  const [whole, seconds, before, splinter, last] = LAST_TWO.exec(playlist) ?? [];
  if (whole === undefined || before === undefined || last === undefined) return null;
  if (Number(splinter) >= SHORTEST_SECONDS) return null;
  const length = Number(seconds) + Number(splinter);
  const joined = `#EXTINF:${length.toFixed(6)},\n${before}\n#EXT-X-ENDLIST\n`;
  // No segment is longer than the target, to the nearest second (RFC 8216bis 4.4.3.1).
  const target = (_: string, seconds: string) =>
    `#EXT-X-TARGETDURATION:${Math.max(Number(seconds), Math.round(length))}`;
  return {
    playlist: playlist.replace(LAST_TWO, joined).replace(/#EXT-X-TARGETDURATION:(\d+)/, target),
    before,
    last,
  };
}

/** A segment of fragmented MP4 without what only the beginning of one may have: it can be added to another. */
export function fragmentsOf(segment: Buffer): Buffer {
  for (let at = 0; at + 8 <= segment.length;) {
    const size = segment.readUInt32BE(at);
    if (segment.toString('latin1', at + 4, at + 8) === 'moof') return segment.subarray(at);
    if (size < 8) break;
    at += size;
  }
  throw new Error('the segment has no fragment');
}
