import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inputAddress, inputOptions } from '../../../ffmpeg/input.js';
import { nameless } from '../../../ffmpeg/convert.js';
import { run } from '../../../ffmpeg/run.js';
import { displayP3 } from '../../metadata/display-p3.js';
import { sharp } from '../../sharp.js';
import { damaged, refuseSize } from '../limits.js';
import { TiffWriter } from '../tiff-writer.js';
import type { Packed, Unpacked } from '../unpack.js';
import type { StillHeader } from './codestream.js';

const TIMEOUT_MS = 120_000;
/** CPU time that noise in place of a picture is given, at which libjxl may stay for good; honest ones take a fifth. */
const cpuSeconds = (pixels: number): number => Math.ceil(3 + pixels / 2e6);
/**
 * What ffmpeg and its decoders take for each pixel of the picture, and for each that it is halved to, beyond what they take
 * anyway. Measured at 12 megapixels: JPEG 2000 takes 247 MB as it is, 117 MB halved.
 */
const BYTES_A_PIXEL = { whole: 9, halved: 0 };
const BYTES_A_PIXEL_JP2 = { whole: 4.5, halved: 14.5 };
/** OpenEXR's pixels are floating-point numbers until they are shown. */
const BYTES_A_PIXEL_EXR = { whole: 24, halved: 0 };
const PROGRAM_BYTES = 30e6;
/**
 * What is to be said of a type before its file is named: OpenEXR is linear light, screens are not; what Truevision's are,
 * their bytes do not say to ffmpeg.
 */
const DECODER_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  'image/x-exr': ['-apply_trc', 'iec61966_2_1'],
  'image/x-tga': ['-pattern_type', 'none', '-c:v', 'targa'],
};
/** JPEG 2000's own, of which most encoders write five; three make an eighth of each edge. */
const MOST_HALVINGS = 3;

interface KnownMetadata {
  exif?: Buffer | undefined;
  xmp?: Buffer | undefined;
  /** Looked for in the picture when it is left out. */
  icc?: Buffer | undefined;
  /** As decoders show the picture: it is set upright. */
  orientation?: number;
}

/**
 * ffmpeg decodes, in order, in a process of its own: a fifth of what WebAssembly takes in time, a third in memory.
 * A picture that is needed smaller comes halved as often as it may be: by JPEG 2000's own halving, which leaves out
 * most of the work, or by averaging.
 * @returns null where there is no ffmpeg
 */
export async function decodeStill(
  { input, mime, workDir, limits, tools, edge = Infinity, makeRoom }: Packed,
  full: StillHeader,
  metadata: KnownMetadata,
): Promise<Unpacked | null> {
  refuseSize(full.width, full.height, limits);
  if (!tools) return null;
  const halvings = Math.min(
    MOST_HALVINGS,
    Math.max(0, Math.floor(Math.log2(Math.max(full.width, full.height) / edge))),
  );
  const [width, height] = [full.width, full.height].map((pixels) => Math.ceil(pixels / 2 ** halvings)) as [
    number,
    number,
  ];
  const isHalvedByDecoder = mime === 'image/jp2';
  const linear = mime === 'image/x-exr' ? BYTES_A_PIXEL_EXR : BYTES_A_PIXEL;
  const { whole, halved } = isHalvedByDecoder ? BYTES_A_PIXEL_JP2 : linear;
  await makeRoom?.(PROGRAM_BYTES + full.width * full.height * whole + width * height * halved);
  const scale = halvings > 0 && !isHalvedByDecoder ? `scale=${width}:${height}:flags=area+accurate_rnd,` : '';
  const source = join(workDir, 'decoded.tif');
  // A corner of the picture as a file brings its ICC profile, which bare pixels do not.
  const corner = join(workDir, 'corner.tif');
  const args = [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info', '-threads', '1', '-filter_threads', '1'],
    ...['-timelimit', String(cpuSeconds(full.width * full.height))],
    ...(isHalvedByDecoder ? ['-lowres', String(halvings)] : []),
    ...inputOptions(mime),
    ...(DECODER_OPTIONS[mime] ?? []),
    ...['-i', inputAddress(input), '-map_metadata', '-1'],
    ...['-frames:v', '1', '-vf', `${scale}format=pix_fmts=rgb24|rgba`, '-f', 'rawvideo', 'pipe:1'],
    ...['-frames:v', '1', '-vf', 'crop=1:1:0:0:exact=1,format=rgb24', '-c:v', 'tiff', '-f', 'image2', '-update', '1'],
    corner,
  ];
  const writer = new TiffWriter(source);
  const { icc: knownIcc, orientation = 1, ...texts } = metadata;
  try {
    const most = width * height * 4;
    const onData = (chunk: Buffer) => writer.length <= most && writer.append(chunk);
    const { exitCode, stderr } = await run(tools.ffmpeg, args, { cwd: workDir, timeoutMs: TIMEOUT_MS, onData });
    const channels = ([3, 4] as const).find((count) => writer.length === width * height * count);
    if (channels === undefined || exitCode !== 0) throw damaged(nameless(stderr, input, workDir).slice(-1000));
    const isP3 = /Video:[^\n]*\/smpte432\//.test(stderr);
    const icc = knownIcc ?? (await iccOf(corner)) ?? (isP3 ? await displayP3() : undefined);
    writer.finish({ width, height, channels, icc });
  } finally {
    writer.close();
    await rm(corner, { force: true });
  }
  return { source, isTemporary: true, width, height, full, orientation, pages: 1, ...texts, warnings: [] };
}

const iccOf = (path: string): Promise<Buffer | undefined> =>
  sharp(path)
    .metadata()
    .then(
      ({ icc }) => icc,
      () => undefined,
    );
