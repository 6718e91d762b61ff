/** What the master playlist says of a stream: a row of renditions. */
export interface StreamRow {
  /** `hls-<height>p`, or `hls-audio`; others are left out. */
  kind: string;
  /** Pixels; null for sound. */
  width: number | null;
  height: number | null;
  /** Bits a second: of the segment that has most of them, and of all together. */
  bandwidth: number | null;
  averageBandwidth: number | null;
  /** RFC 6381. */
  codecs: string | null;
  /** Frames a second; null for sound. */
  frameRate: number | null;
}

export interface CaptionRow {
  /** BCP 47. */
  language: string;
  label: string;
}

/** Where a playlist is found: of a stream by its kind, of captions by their language. Never has line breaks. */
export interface Addresses {
  stream: (kind: string) => string;
  captions: (language: string) => string;
}

/** The rendition that holds the sound of a film, or all of a sound. */
export const AUDIO_KIND = 'hls-audio';

export const videoKind = (height: number): string => `hls-${height}p`;

/** The number in `hls-720p`; null for what is no stream of pictures. */
export function heightOfKind(kind: string): number | null {
  const height = /^hls-(\d+)p$/.exec(kind)?.[1];
  return height === undefined ? null : Number(height);
}

/**
 * The multivariant playlist (RFC 8216bis 4.4.6) of the streams that are there, lowest first: players begin with the
 * first one. Sound is a group of its own beside pictures, and the one variant where there are none. Captions are a
 * group of which none is chosen by default.
 */
export function masterPlaylist(streams: readonly StreamRow[], captions: readonly CaptionRow[], at: Addresses): string {
  const sound = streams.find(({ kind }) => kind === AUDIO_KIND);
  const films = streams
    .filter(({ kind }) => heightOfKind(kind) !== null)
    .sort((one, other) => (heightOfKind(one.kind) ?? 0) - (heightOfKind(other.kind) ?? 0));
  const variants = films.length > 0 ? films : sound ? [sound] : [];
  const group = films.length > 0 ? sound : undefined;
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...(group
      ? [
          `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,URI="${at.stream(AUDIO_KIND)}"`,
        ]
      : []),
    ...captions.map(
      (caption) =>
        `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="${nameOf(caption, captions)}",LANGUAGE="${quotable(caption.language)}",` +
        `DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="${at.captions(caption.language)}"`,
    ),
    ...variants.flatMap((film) => [
      `#EXT-X-STREAM-INF:${attributes(film, group, captions.length > 0).join(',')}`,
      at.stream(film.kind),
    ]),
    '',
  ].join('\n');
}

/** Of pictures with sound: both together, as every variant that can be chosen needs both. */
function attributes(film: StreamRow, sound: StreamRow | undefined, hasCaptions: boolean): string[] {
  const bandwidth = (film.bandwidth ?? 0) + (sound?.bandwidth ?? 0);
  const average = (film.averageBandwidth ?? 0) + (sound?.averageBandwidth ?? 0);
  const codecs = [film.codecs, sound?.codecs].filter(Boolean).join(',');
  return [
    `BANDWIDTH=${bandwidth}`,
    `AVERAGE-BANDWIDTH=${average}`,
    `CODECS="${codecs}"`,
    ...(film.width && film.height ? [`RESOLUTION=${film.width}x${film.height}`] : []),
    ...(film.frameRate ? [`FRAME-RATE=${film.frameRate.toFixed(3)}`] : []),
    ...(sound ? ['AUDIO="audio"'] : []),
    ...(hasCaptions ? ['SUBTITLES="captions"'] : []),
    // Players look for captions inside the pictures unless told that there are none.
    ...(film.kind === AUDIO_KIND ? [] : ['CLOSED-CAPTIONS=NONE']),
  ];
}

/** A quoted string can hold neither its quote nor a line break, and has no way to escape them (RFC 8216bis 4.2). */
const quotable = (text: string): string => text.replace(/"/g, "'").replace(/[\r\n]+/g, ' ');

/** Within a group no two may have one name (RFC 8216bis 4.4.6.1.1). */
function nameOf({ language, label }: CaptionRow, all: readonly CaptionRow[]): string {
  const name = quotable(label);
  const isShared = all.some((other) => other.language !== language && quotable(other.label) === name);
  return isShared ? `${name} (${quotable(language)})` : name;
}

/** The media playlist of captions that are one WebVTT file. @param seconds how long the film is */
export function captionPlaylist(uri: string, seconds: number): string {
  const length = Math.max(seconds, 1);
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(length)}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    `#EXTINF:${length.toFixed(3)},`,
    uri,
    '#EXT-X-ENDLIST',
    '',
  ].join('\n');
}
