import { readFile, stat } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { Metadata } from 'sharp';
import { MediaFailure, systemCode } from '../../failure.js';
import { formatOf } from '../../kinds.js';
import { sniffFile } from '../../sniff.js';
import type { Warning } from '../../result.js';
import type { ImageFacts } from '../facts.js';
import { isWide } from '../metadata/color-profile.js';
import { sharp } from '../sharp.js';
import { animationOf, type Animation } from './animation.js';
import { decoderSaid } from './decoder-error.js';
import { damaged, refuseSize, type ImageLimits } from './limits.js';
import { roomToDecode } from './room.js';
import { AS_IT_IS, UNPACKERS, type Packed, type Unpacked } from './unpack.js';

export type { ImageLimits } from './limits.js';

/** What is known of a picture before any pixel of it is decoded by libvips. */
export interface Header {
  /** What to decode: a path, or bytes where a decoder must not know where they came from. */
  source: string | Buffer;
  /** Whether the source is a file that was only made to be decoded once. */
  isTemporary: boolean;
  format: ImageFacts['format'];
  mime: string;
  /** Pixels as shown: orientation applied. */
  width: number;
  height: number;
  /** 1 to 8: what decoding leaves to be done to set the picture upright (Exif 3.0, 4.6.5.1). */
  orientation: number;
  /** Drawn at whatever size is asked for; its own size says nothing of the work. */
  isVector: boolean;
  /** Of the source. */
  metadata: Metadata;
  /** Whether its profile has colours that sRGB does not have. */
  isWide: boolean;
  /** Pages of a TIFF, pictures in an icon, frames of an animation. */
  pages: number;
  animation: Animation | null;
  exif: Buffer | undefined;
  xmp: Buffer | undefined;
  warnings: Warning[];
}

/** The SVG parser holds a document several times over in memory. */
const SVG_MAX_BYTES = 10 * 1024 * 1024;

/** What libvips reads by itself. */
const DIRECT: Readonly<Record<string, ImageFacts['format']>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
  'image/tiff': 'tiff',
  'image/svg+xml': 'svg',
};

/** What others take apart for it; camera RAW is all of the rest. */
const UNPACKED: Readonly<Record<string, ImageFacts['format']>> = {
  'image/bmp': 'bmp',
  'image/vnd.microsoft.icon': 'ico',
  'image/heic': 'heic',
  'image/heif': 'heif',
  'image/jxl': 'jxl',
  'image/jp2': 'jp2',
  'image/vnd.adobe.photoshop': 'psd',
  'image/x-exr': 'exr',
  'image/x-tga': 'tga',
};

export interface PictureFile extends Pick<Packed, 'input' | 'workDir' | 'limits' | 'tools' | 'makeRoom' | 'edge'> {
  /** What it was accepted as: of a camera's RAW the bytes may only show the TIFF that it is built from. */
  mime?: string | undefined;
}

/**
 * Any picture as something that libvips reads, its size held against the limits before it is decoded. What it is,
 * its bytes say, not its name. null when nothing on this machine reads it.
 * @throws MediaFailure CORRUPT_FILE, UNSUPPORTED_FORMAT, INPUT_TOO_LARGE or PIXEL_LIMIT_EXCEEDED
 */
export async function openPicture({ mime: accepted, ...file }: PictureFile): Promise<Header | null> {
  const { size } = await stat(file.input);
  if (size === 0) throw new MediaFailure('CORRUPT_FILE', 'The file is empty.');
  const sniffed = (await sniffFile(file.input))?.mime ?? '';
  const row = formatOf(accepted ?? '');
  const mime = row?.isA === sniffed ? row.mime : sniffed;
  const unpack = UNPACKERS.get(mime);
  const unpacked = unpack ? await unpack({ ...file, mime, size }) : AS_IT_IS;
  if (unpacked !== AS_IT_IS) return unpacked && headerOf(mime, unpacked);
  const header = await readHeader(file.input, file.limits);
  await file.makeRoom?.(roomToDecode(header, file.limits));
  return header;
}

/**
 * The header of a picture that libvips reads by itself, held against the limits.
 * @throws MediaFailure CORRUPT_FILE, UNSUPPORTED_FORMAT, INPUT_TOO_LARGE or PIXEL_LIMIT_EXCEEDED
 */
export async function readHeader(input: string, limits: ImageLimits): Promise<Header> {
  const source = await sourceOf(input);
  const metadata = await metadataOf(source, input);
  const mime = metadata.mediaType ?? '';
  const format = DIRECT[mime];
  if (!format)
    throw new MediaFailure('UNSUPPORTED_FORMAT', `Pictures of type ${mime || metadata.format} cannot be read.`);
  const { width, height } = metadata.autoOrient;
  const isVector = format === 'svg';
  if (!isVector) refuseSize(width, height, limits);
  const { orientation = 1, pages = 1, exif, xmp } = metadata;
  const animation = await animationOf(format, input, metadata);
  return {
    animation,
    ...{ source, isTemporary: false, format, mime, width, height, orientation, isVector, metadata, pages, exif, xmp },
    isWide: hasWideProfile(metadata),
    warnings: [],
  };
}

async function headerOf(mime: string, unpacked: Unpacked): Promise<Header> {
  const { source, isTemporary, orientation, pages, exif, xmp, warnings } = unpacked;
  const metadata = await metadataOf(source, typeof source === 'string' ? source : 'input');
  // What a decoder shows must be what the file declares: another size means another picture.
  if (metadata.width !== unpacked.width || metadata.height !== unpacked.height)
    throw damaged(`${metadata.width}x${metadata.height} pixels instead of ${unpacked.width}x${unpacked.height}`);
  const { width: wide, height: high } = unpacked.full ?? unpacked;
  const [width, height] = orientation < 5 ? [wide, high] : [high, wide];
  const format = UNPACKED[mime] ?? 'raw';
  return {
    animation: null,
    ...{ source, isTemporary, format, mime, width, height, orientation, isVector: false, metadata, pages, warnings },
    isWide: hasWideProfile(metadata),
    exif: exif ?? metadata.exif,
    xmp: xmp ?? metadata.xmp,
  };
}

const hasWideProfile = ({ icc, channels }: Metadata): boolean =>
  icc !== undefined && (channels === 3 || channels === 4) && isWide(icc);

/** The limit is ours to hold: libvips would only say that it is exceeded, not by what. */
const metadataOf = (source: string | Buffer, input: string): Promise<Metadata> =>
  sharp(source, { failOn: 'none', limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      const said = decoderSaid(error, input);
      const detail = /svg|xml/i.test(said)
        ? 'The drawing is no SVG that can be shown: it is damaged, has no size, or has more in it than is allowed.'
        : 'The header of the picture is damaged or incomplete.';
      throw new MediaFailure('CORRUPT_FILE', detail, said);
    });

async function sourceOf(input: string): Promise<string | Buffer> {
  const { size } = await stat(input);
  if (size === 0) throw new MediaFailure('CORRUPT_FILE', 'The file is empty.');
  const sniffed = await sniffFile(input);
  const isPacked = sniffed?.mime === 'image/svg+xml-compressed';
  if (!isPacked && sniffed?.mime !== 'image/svg+xml') return input;
  if (size > SVG_MAX_BYTES) throw svgTooLarge();
  const bytes = await readFile(input);
  return inUtf8(isPacked ? unpackedSvg(bytes) : bytes);
}

const svgTooLarge = (): MediaFailure => new MediaFailure('INPUT_TOO_LARGE', 'The SVG has more than 10 MB.');

function unpackedSvg(gzip: Buffer): Buffer {
  try {
    return gunzipSync(gzip, { maxOutputLength: SVG_MAX_BYTES });
  } catch (error) {
    throw systemCode(error) === 'ERR_BUFFER_TOO_LARGE' ? svgTooLarge() : damaged('the SVG cannot be unpacked');
  }
}

/** libvips finds no SVG in UTF-16, which XML may be in. */
function inUtf8(svg: Buffer): Buffer {
  const encoding = { fffe: 'utf-16le', feff: 'utf-16be' }[svg.toString('hex', 0, 2)];
  if (!encoding) return svg;
  return Buffer.from(new TextDecoder(encoding).decode(svg).replace(/^(<\?xml[^>]*?)\sencoding=["'][^"']*["']/i, '$1'));
}
