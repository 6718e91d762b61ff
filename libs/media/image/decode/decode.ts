import { readFile } from 'node:fs/promises';
import { MediaFailure } from '../../failure.js';
import type { Warning } from '../../result.js';
import { decoderSaid } from './decoder-error.js';
import type { Header, ImageLimits } from './header.js';
import { completeInterlaced } from './interlaced-png.js';
import { setUpright, type Pixels } from '../pixels.js';
import { sharp } from '../sharp.js';

/** Of a damaged picture at least this share must have been decoded for it to be worth showing. */
const MIN_DECODED = 0.05;

/**
 * The one decode that feeds every output: upright, sRGB or, where that is wider, as its profile means it, shrunk while it is read so that no edge is longer than
 * `edge` pixels. A picture is decoded a second time, leniently, only when it is damaged: browsers show what there is
 * of it, and so do we, with a warning.
 * @param input the path behind the header's source, to be kept out of messages
 * @throws MediaFailure CORRUPT_FILE or UNSUPPORTED_FORMAT when there is nothing to show
 */
export async function decode(
  input: string,
  header: Header,
  edge: number,
  limits: ImageLimits,
): Promise<{ pixels: Pixels; warnings: Warning[] }> {
  try {
    return { pixels: await decodeOnce(header, edge, limits, 'warning'), warnings: [] };
  } catch (error) {
    const trouble = decoderSaid(error, input);
    const pixels = await decodeLeniently(header, edge, limits).catch((lenientError: unknown) => {
      throw failureOf(decoderSaid(lenientError, input));
    });
    const fill = fillOf(header, pixels);
    if (fill && decodedShare(pixels, fill) < MIN_DECODED) throw failureOf(trouble);
    const endsEmpty = fill !== null && isFill(pixels, pixels.data.length - pixels.channels, fill);
    return { pixels, warnings: [warningOf(trouble, endsEmpty)] };
  }
}

async function decodeLeniently(header: Header, edge: number, limits: ImageLimits): Promise<Pixels> {
  const { source, metadata } = header;
  const whole =
    metadata.format === 'png' && metadata.isProgressive && typeof source === 'string'
      ? completeInterlaced(await readFile(source))
      : null;
  return decodeOnce({ ...header, source: whole ?? source }, edge, limits, 'none');
}

async function decodeOnce(
  { source, isVector, metadata, orientation, isWide }: Header,
  edge: number,
  { maxPixels }: ImageLimits,
  failOn: 'warning' | 'none',
): Promise<Pixels> {
  const limitInputPixels = isVector ? false : maxPixels;
  // Turned when it is small: to turn a picture, all of it has to be in memory.
  // Read in order, a damaged picture would end where the damage begins.
  const sequentialRead = failOn === 'warning';
  const image = sharp(source, { failOn, limitInputPixels, sequentialRead }).resize(edge, edge, {
    fit: 'inside',
    withoutEnlargement: !isVector,
  });
  if (isWide) image.keepIccProfile();
  // sharp 0.35 works on 16-bit pictures with a profile in P3, and comes back from there only when told to.
  else if (metadata.space === 'rgb16' && metadata.hasProfile) image.withIccProfile('srgb');
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return setUpright({ data, width: info.width, height: info.height, channels: info.channels }, orientation);
}

function failureOf(trouble: string): MediaFailure {
  if (/out of memory|allocat/i.test(trouble))
    return new MediaFailure('PROCESSOR_ERROR', 'There was not enough memory for the picture.', trouble);
  if (/unsupported|not supported|unimplemented|not configured/i.test(trouble))
    return new MediaFailure(
      'UNSUPPORTED_FORMAT',
      'The picture uses a variant of its format that cannot be read.',
      trouble,
    );
  return new MediaFailure('CORRUPT_FILE', 'The picture is damaged beyond what can be shown.', trouble);
}

const warningOf = (trouble: string, endsEmpty: boolean): Warning =>
  endsEmpty || /premature end|unexpected end|not enough data|truncated/i.test(trouble)
    ? { code: 'TRUNCATED', detail: 'The file ends too early; what there is of the picture is shown.' }
    : { code: 'DAMAGED', detail: 'The file is damaged; parts of the picture may be wrong.' };

/**
 * The colour that a decoder leaves where it had no data. libjpeg leaves the middle of a JPEG's range, which only
 * without a profile is a known colour; with one it is what the picture ends in, if that is neither dark nor light.
 * The other decoders leave memory empty.
 */
function fillOf({ metadata }: Header, { data, channels }: Pixels): readonly number[] | null {
  if (metadata.format !== 'jpeg') return [0, 0, 0];
  if (metadata.space !== 'cmyk' && !metadata.hasProfile) return [128, 128, 128];
  const last = [...data.subarray(data.length - channels)].slice(0, 3);
  return last.every((level) => level > 40 && level < 215) ? last : null;
}

function isFill({ data, channels }: Pixels, at: number, fill: readonly number[]): boolean {
  if (channels === 4 && data[at + 3] === 0) return true;
  return fill.every((level, index) => Math.abs((data[at + index] ?? 0) - level) <= 4);
}

/** Estimated from about 50,000 pixels, evenly spread. */
function decodedShare(pixels: Pixels, fill: readonly number[]): number {
  const { data, channels, width, height } = pixels;
  const step = channels * Math.ceil((width * height) / 50_000);
  let [seen, filled] = [0, 0];
  for (let at = 0; at < data.length; at += step, seen++) if (isFill(pixels, at, fill)) filled++;
  return 1 - filled / seen;
}
