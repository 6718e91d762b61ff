import { MediaFailure } from '../failure.js';
import { canonicalMime } from '../kinds.js';

/**
 * The demuxers that may open a file of each type, by ffmpeg's names. None of them opens other files: a playlist, a
 * concat script or a manifest that passes for a film is read as that film, and found broken.
 */
const DEMUXERS: Readonly<Record<string, readonly string[]>> = {
  'video/mp4': ['mov'],
  'video/quicktime': ['mov'],
  'video/3gpp': ['mov'],
  'video/3gpp2': ['mov'],
  'video/matroska': ['matroska'],
  'video/webm': ['matroska'],
  'video/vnd.avi': ['avi'],
  'video/mp2t': ['mpegts'],
  // A programme stream, or bare MPEG video: which, only reading shows.
  'video/mpeg': ['mpeg', 'mpegvideo'],
  'video/x-ms-wmv': ['asf'],
  'video/x-flv': ['flv'],
  'video/ogg': ['ogg'],
  'application/mxf': ['mxf'],
  'audio/mpeg': ['mp3'],
  'audio/mp4': ['mov'],
  'audio/3gpp': ['mov'],
  'audio/aac': ['aac'],
  'audio/flac': ['flac'],
  'audio/wav': ['wav'],
  'audio/ogg': ['ogg'],
  'audio/webm': ['matroska'],
  'audio/matroska': ['matroska'],
  'audio/x-ms-wma': ['asf'],
  'audio/aiff': ['aiff'],
  'audio/amr': ['amr'],
  'audio/basic': ['au'],
  'audio/x-caf': ['caf'],
  'image/png': ['apng'],
  'image/avif': ['mov'],
  'image/jxl': ['jpegxl_pipe', 'jpegxl_anim'],
  'image/jp2': ['j2k_pipe'],
  'image/vnd.adobe.photoshop': ['psd_pipe'],
  'image/x-exr': ['exr_pipe'],
  // Truevision's has no demuxer, having no signature: still-image options say the rest (decode-still.ts).
  'image/x-tga': ['image2'],
};

/** Most bytes that ffmpeg may ask for at once: a frame of 100 megapixels at 16 bits has 600 MB. */
const LARGEST_ALLOCATION = 768 * 1024 * 1024;

/**
 * Options that stand before the input of ffmpeg and ffprobe alike: what it may be, and that nothing but a plain file
 * is opened.
 * @throws MediaFailure UNSUPPORTED_FORMAT for types without a demuxer
 */
export function inputOptions(mime: string): string[] {
  const demuxers = DEMUXERS[canonicalMime(mime)];
  if (!demuxers) throw new MediaFailure('UNSUPPORTED_FORMAT', `Files of type ${mime} cannot be read.`);
  const [only, ...others] = demuxers;
  return [
    ...['-protocol_whitelist', 'file'],
    ...['-max_alloc', String(LARGEST_ALLOCATION)],
    ...['-format_whitelist', demuxers.join(',')],
    ...(only !== undefined && others.length === 0 ? ['-f', only] : []),
  ];
}

/** A path as an address, so that no name is taken for another protocol or an option. */
export const inputAddress = (path: string): string => `file:${path}`;
