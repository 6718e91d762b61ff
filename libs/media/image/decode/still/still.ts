import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inputAddress, inputOptions } from '../../../ffmpeg/input.js';
import { nameless } from '../../../ffmpeg/convert.js';
import { run } from '../../../ffmpeg/run.js';
import { MediaFailure } from '../../../failure.js';
import { displayP3 } from '../../metadata/display-p3.js';
import { sharp } from '../../sharp.js';
import { damaged, refuseSize } from '../limits.js';
import { TiffWriter } from '../tiff-writer.js';
import type { Packed, Unpacked } from '../unpack.js';
import { boxesOf, metadataBox } from './boxes.js';
import { readJ2k, readJxl, type StillHeader } from './codestream.js';

const MAX_BYTES = 256 * 1024 * 1024;
const TIMEOUT_MS = 120_000;
/** CPU time that noise in place of a picture is given, at which libjxl may stay for good; honest ones take a fifth. */
const cpuSeconds = (pixels: number): number => Math.ceil(3 + pixels / 2e6);
/** JPEG 2000's boxes of metadata are known by these (Exif: JPEG 2000 by Adobe and others; XMP part 3, 1.1.3). */
const EXIF_UUID = Buffer.from('4a706754696666457869662d3e4a5032', 'hex');
const XMP_UUID = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex');

/** JPEG XL, bare or in its container; of an animation the first frame. */
export async function unpackJxl(file: Packed): Promise<Unpacked | null> {
  const bytes = await bytesOf(file);
  if (bytes[0] === 0xff) return decodeStill(file, readJxl(bytes), {});
  const boxes = boxesOf(bytes);
  const codestream = boxes.find(({ type }) => type === 'jxlc')?.body;
  // It may come in parts, the first of which may be short; each begins with its number.
  const parts = boxes.filter(({ type }) => type === 'jxlp').map(({ body }) => body.subarray(4, 68));
  const exif = metadataBox(boxes, 'Exif');
  return decodeStill(file, readJxl(codestream ?? Buffer.concat(parts)), {
    exif: exif && exif.length > 8 ? exif.subarray(4 + exif.readUInt32BE(0)) : undefined,
    xmp: metadataBox(boxes, 'xml '),
  });
}

/** JPEG 2000: JP2, its relations, and bare codestreams. */
export async function unpackJp2(file: Packed): Promise<Unpacked | null> {
  const bytes = await bytesOf(file);
  if (bytes[0] === 0xff) return decodeStill(file, readJ2k(bytes), {});
  const boxes = boxesOf(bytes);
  const uuid = (id: Buffer) =>
    boxes.find(({ type, body }) => type === 'uuid' && body.subarray(0, 16).equals(id))?.body.subarray(16);
  const codestream = boxes.find(({ type }) => type === 'jp2c')?.body ?? Buffer.alloc(0);
  return decodeStill(file, readJ2k(codestream), { exif: uuid(EXIF_UUID), xmp: uuid(XMP_UUID) });
}

async function bytesOf({ input, size }: Packed): Promise<Buffer> {
  if (size > MAX_BYTES) throw new MediaFailure('INPUT_TOO_LARGE', 'The picture has more than 256 MB.');
  return readFile(input);
}

/** ffmpeg decodes, upright and in order, in a process of its own: a fifth of what WebAssembly takes in time, a third in memory. */
async function decodeStill(
  { input, mime, workDir, limits, tools }: Packed,
  { width, height }: StillHeader,
  metadata: { exif?: Buffer | undefined; xmp?: Buffer | undefined },
): Promise<Unpacked | null> {
  refuseSize(width, height, limits);
  if (!tools) return null;
  const source = join(workDir, 'decoded.tif');
  // A corner of the picture as a file brings its ICC profile, which bare pixels do not.
  const corner = join(workDir, 'corner.tif');
  const args = [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info', '-threads', '1', '-filter_threads', '1'],
    ...['-timelimit', String(cpuSeconds(width * height))],
    ...inputOptions(mime),
    ...['-i', inputAddress(input), '-map_metadata', '-1'],
    ...['-frames:v', '1', '-vf', 'format=pix_fmts=rgb24|rgba', '-f', 'rawvideo', 'pipe:1'],
    ...['-frames:v', '1', '-vf', 'crop=1:1:0:0,format=rgb24', '-c:v', 'tiff', '-f', 'image2', '-update', '1'],
    corner,
  ];
  const writer = new TiffWriter(source);
  try {
    const most = width * height * 4;
    const onData = (chunk: Buffer) => writer.length <= most && writer.append(chunk);
    const { exitCode, stderr } = await run(tools.ffmpeg, args, { cwd: workDir, timeoutMs: TIMEOUT_MS, onData });
    const channels = ([3, 4] as const).find((count) => writer.length === width * height * count);
    if (channels === undefined || exitCode !== 0) throw damaged(nameless(stderr, input, workDir).slice(-1000));
    const icc = (await iccOf(corner)) ?? (/Video:[^\n]*\/smpte432\//.test(stderr) ? await displayP3() : undefined);
    writer.finish({ width, height, channels, icc });
  } finally {
    writer.close();
    await rm(corner, { force: true });
  }
  return { source, isTemporary: true, width, height, orientation: 1, pages: 1, ...metadata, warnings: [] };
}

const iccOf = (path: string): Promise<Buffer | undefined> =>
  sharp(path)
    .metadata()
    .then(
      ({ icc }) => icc,
      () => undefined,
    );
