/** Below an asset's prefix, what processing made: a version's folder, and plain names in it. */
const MADE_FILE = /^\d{1,9}(\/[A-Za-z0-9_-][A-Za-z0-9._-]*){1,4}$/;

const TYPES: Readonly<Record<string, string>> = {
  m3u8: 'application/vnd.apple.mpegurl',
  vtt: 'text/vtt; charset=utf-8',
  mp4: 'video/mp4',
  m4s: 'video/iso.segment',
  m4a: 'audio/mp4',
  jpg: 'image/jpeg',
  webp: 'image/webp',
};

/** Texts that name other files relative to themselves: players must find those at the gate, so they are not redirected. */
const TEXTS: ReadonlySet<string> = new Set(['m3u8', 'vtt']);

/** A file that a player may ask the gate for. */
export interface StreamFile {
  /** Below the asset's prefix in the object store. */
  path: string;
  name: string;
  contentType: string;
  /** Whether the gate sends it itself. */
  isText: boolean;
  /** Whether it is one of many that a player fetches one after another, and none plays without the next. */
  isSegment: boolean;
}

/**
 * The file at a path below an asset's prefix, as in `3/hls/720p/playlist.m3u8`; null when it is none that playing needs,
 * such as the original. The version is in the path: what plays goes on with its own files when newer ones are made.
 */
export function streamFile(path: string): StreamFile | null {
  const extension = /\.([a-z0-9]+)$/.exec(path)?.[1] ?? '';
  const contentType = TYPES[extension];
  if (!MADE_FILE.test(path) || contentType === undefined) return null;
  return {
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    contentType,
    isText: TEXTS.has(extension),
    isSegment: path.includes('/hls/'),
  };
}

/** The path of an object's key below its asset's prefix: what streamFile takes. */
export const streamPath = (key: string): string => key.split('/').slice(2).join('/');
