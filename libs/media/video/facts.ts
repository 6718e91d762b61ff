import type { ProbedStream } from '../ffmpeg/probe.js';

/** What is known of the moving pictures of a film. */
export interface FilmFacts {
  /** Pixels as shown: rotation and the shape of pixels applied. */
  width: number;
  height: number;
  /** Frames a second, on average. */
  frameRate?: number;
  /** ffmpeg's name, as `h264`. */
  videoCodec?: string;
  /** ffmpeg's name, as `yuv420p10le`. */
  pixelFormat?: string;
  /** Bits of each colour. */
  bitDepth?: number;
  /** By PQ or HLG (ITU-R BT.2100). */
  hdr: boolean;
  /** Degrees clockwise by which the stored picture is turned to be shown: 0, 90, 180, 270. */
  rotation: number;
}

/** SMPTE ST 2084 (PQ) and ARIB STD-B67 (HLG), by ffmpeg's names. */
const HDR_TRANSFERS: ReadonlySet<string> = new Set(['smpte2084', 'arib-std-b67']);

/** A pixel can be told to be so wide that the picture could not be drawn. */
const WIDEST_PIXEL = 16;

/** null when the stream does not say how large its pictures are. */
export function filmFacts(stream: ProbedStream): FilmFacts | null {
  const { width = 0, height = 0, codec_name, pix_fmt } = stream;
  if (width < 1 || height < 1) return null;
  const rotation = rotationOf(stream);
  const wide = Math.max(1, Math.round(width * pixelShape(stream)));
  const isOnItsSide = rotation % 180 !== 0;
  const frameRate = ratio(stream.avg_frame_rate, '/') ?? ratio(stream.r_frame_rate, '/');
  const bitDepth = pix_fmt === undefined ? undefined : bitDepthOf(pix_fmt, stream.bits_per_raw_sample);
  return {
    width: isOnItsSide ? height : wide,
    height: isOnItsSide ? wide : height,
    ...(frameRate !== undefined && { frameRate: Number(frameRate.toFixed(3)) }),
    ...(codec_name !== undefined && { videoCodec: codec_name }),
    ...(pix_fmt !== undefined && { pixelFormat: pix_fmt }),
    ...(bitDepth !== undefined && { bitDepth }),
    hdr: HDR_TRANSFERS.has(stream.color_transfer ?? ''),
    rotation,
  };
}

/** ffprobe says by how many degrees the picture is turned anticlockwise, -180 to 180. */
function rotationOf({ side_data_list, tags }: ProbedStream): number {
  const turned = side_data_list.find(({ rotation }) => rotation !== undefined)?.rotation;
  const clockwise = turned === undefined ? Number(tags.get('rotate') ?? 0) : -turned;
  const quarters = Number.isFinite(clockwise) ? Math.round(clockwise / 90) : 0;
  return (((quarters % 4) + 4) % 4) * 90;
}

function pixelShape({ sample_aspect_ratio }: ProbedStream): number {
  const shape = ratio(sample_aspect_ratio, ':') ?? 1;
  return shape > WIDEST_PIXEL || shape < 1 / WIDEST_PIXEL ? 1 : shape;
}

/** `30000/1001`; undefined for `0/0` and nonsense. */
function ratio(text: string | undefined, separator: string): number | undefined {
  const [over = Number.NaN, under = Number.NaN] = (text ?? '').split(separator).map(Number);
  const value = over / under;
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** By the name of the pixel format, which ends in the depth when that is more than 8. */
function bitDepthOf(pixelFormat: string, raw: number | undefined): number {
  const named = /(?:p|gray|ya)(9|1[0-6])(?:le|be)$/.exec(pixelFormat)?.[1];
  return named === undefined ? (raw ?? 8) : Number(named);
}
