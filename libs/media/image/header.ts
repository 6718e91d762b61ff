import { readFile, stat } from 'node:fs/promises';
import type { Metadata } from 'sharp';
import { MediaFailure } from '../failure.js';
import { sniffFile } from '../sniff.js';
import { decoderSaid } from './decoder-error.js';
import type { ImageFacts } from './facts.js';
import { sharp } from './sharp.js';

export interface ImageLimits {
  /** Width times height of the picture that is decoded. */
  maxPixels: number;
}

/** What is known of a picture before any pixel is decoded. */
export interface Header {
  /** What to decode: the file's path, or its bytes where a decoder must not know where it came from. */
  source: string | Buffer;
  format: ImageFacts['format'];
  mime: string;
  /** Pixels as shown: EXIF orientation applied. */
  width: number;
  height: number;
  /** Drawn at whatever size is asked for; its own size says nothing of the work. */
  isVector: boolean;
  metadata: Metadata;
}

/** The SVG parser holds a document several times over in memory. */
const SVG_MAX_BYTES = 10 * 1024 * 1024;

const FORMATS: Readonly<Record<string, ImageFacts['format']>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
  'image/tiff': 'tiff',
  'image/svg+xml': 'svg',
};

/**
 * Reads a picture's header and holds it against the limits. The file decides what it is, not its name.
 * @throws MediaFailure CORRUPT_FILE, UNSUPPORTED_FORMAT, INPUT_TOO_LARGE or PIXEL_LIMIT_EXCEEDED
 */
export async function readHeader(input: string, { maxPixels }: ImageLimits): Promise<Header> {
  const source = await sourceOf(input);
  // The limit is ours to hold: libvips would only say that it is exceeded, not by what.
  const metadata = await sharp(source, { failOn: 'none', limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      const detail = 'The header of the picture is damaged or incomplete.';
      throw new MediaFailure('CORRUPT_FILE', detail, decoderSaid(error, input));
    });
  const mime = metadata.mediaType ?? '';
  const format = FORMATS[mime];
  if (!format)
    throw new MediaFailure('UNSUPPORTED_FORMAT', `Pictures of type ${mime || metadata.format} cannot be read.`);
  const { width, height } = metadata.autoOrient;
  const isVector = format === 'svg';
  if (!isVector && width * height > maxPixels) {
    const detail = `The picture has ${width} × ${height} pixels; at most ${maxPixels / 1e6} million are accepted.`;
    throw new MediaFailure('PIXEL_LIMIT_EXCEEDED', detail);
  }
  return { source, format, mime, width, height, isVector, metadata };
}

async function sourceOf(input: string): Promise<string | Buffer> {
  const { size } = await stat(input);
  if (size === 0) throw new MediaFailure('CORRUPT_FILE', 'The file is empty.');
  const sniffed = await sniffFile(input);
  if (sniffed?.mime !== 'image/svg+xml') return input;
  if (size > SVG_MAX_BYTES) throw new MediaFailure('INPUT_TOO_LARGE', 'The SVG has more than 10 MB.');
  return readFile(input);
}
