import { rm } from 'node:fs/promises';
import type { Metadata } from 'sharp';
import type { Tools } from '../ffmpeg/tools.js';
import type { PictureOutput, ProcessResult, Warning } from '../result.js';
import { profileName } from './metadata/color-profile.js';
import { decode } from './decode/decode.js';
import { readExifFacts, type ExifFacts } from './metadata/exif.js';
import { readIptcFacts } from './metadata/iptc.js';
import { readXmpFacts } from './metadata/xmp.js';
import type { ImageFacts } from './facts.js';
import { openPicture, type Header, type ImageLimits } from './decode/header.js';
import type { MakeRoom } from './decode/room.js';
import { shrink, type Pixels } from './pixels.js';
import { placeholderOf, type Placeholder } from './render/placeholder.js';
import { writeAnimatedPreview } from './render/animated-preview.js';
import { writeRendition } from './render/renditions.js';
import { writeWidePreview } from './render/wide-preview.js';

export interface ImageTask {
  /** Path of the picture. */
  input: string;
  /** What it was accepted as; left out, the bytes alone say what it is. */
  mime?: string;
  /** null, or left out, on a machine without ffmpeg. */
  tools?: Tools | null;
  /** An existing folder; outputs appear in it under names of their kind. */
  outputDir: string;
  limits: ImageLimits;
  /** Longest edges, pixels. */
  thumbnailEdge: number;
  previewEdge: number;
  /** Overwrites in the input where it was taken. */
  stripLocation?: boolean;
  /** Asked before much memory is taken; left out, it is there. Alone in a task it is no plain JSON, and stays in its process. */
  makeRoom?: MakeRoom;
}

const NO_DECODER: Warning = {
  code: 'NO_DECODER',
  detail: 'This machine cannot decode such pictures; the file is kept as it is.',
};

const CUT_OFF: Warning = { code: 'TRUNCATED', detail: 'The file ends too early; its last frames are missing.' };

/**
 * Thumbnail, preview, placeholder and facts of a picture, all from one decode.
 * @param signal looked at between steps; a decode under way is only ended by ending its process
 * @throws MediaFailure when the file is at fault; NodeJS.ErrnoException when the folder or the input is
 */
export async function processImage(task: ImageTask, signal?: AbortSignal): Promise<ProcessResult> {
  const header = await openPicture({ ...task, workDir: task.outputDir, edge: task.previewEdge });
  if (!header) return { outputs: [], facts: {}, warnings: [NO_DECODER] };
  signal?.throwIfAborted();
  const { pixels: decoded, warnings } = await decode(task.input, header, task.previewEdge, task.limits);
  if (header.isTemporary && typeof header.source === 'string') await rm(header.source);
  signal?.throwIfAborted();
  const { preview, thumbnail, placeholder } = await makePictures(decoded, header, task);
  signal?.throwIfAborted();
  const moving = header.animation && (await writeAnimatedPreview(header, header.animation, task));
  const { exif, warnings: exifWarnings } = exifOf(header);
  const isCutOff = header.animation?.isCutOff === true;
  return {
    outputs: [thumbnail, moving ?? preview],
    facts: factsOf(header, placeholder, exif),
    warnings: [...header.warnings, ...(isCutOff && warnings.length === 0 ? [CUT_OFF] : warnings), ...exifWarnings],
  };
}

async function makePictures(decoded: Pixels, { isWide, metadata }: Header, task: ImageTask) {
  if (isWide && metadata.icc) {
    const { preview, pixels } = await writeWidePreview(decoded, metadata.icc, task.outputDir);
    return { preview, ...(await makeThumbnail(pixels, task)) };
  }
  const [preview, rest] = await Promise.all([
    writeRendition('preview', decoded, task.outputDir),
    makeThumbnail(decoded, task),
  ]);
  return { preview, ...rest };
}

async function makeThumbnail(
  pixels: Pixels,
  { thumbnailEdge, outputDir }: ImageTask,
): Promise<{ thumbnail: PictureOutput; placeholder: Placeholder }> {
  const small = await shrink(pixels, thumbnailEdge);
  const thumbnail = await writeRendition('thumbnail', small, outputDir);
  return { thumbnail, placeholder: await placeholderOf(small) };
}

function factsOf(header: Header, placeholder: Placeholder, exif: ExifFacts | undefined): ImageFacts {
  const { format, mime, width, height, metadata, pages, animation } = header;
  const colorProfile = metadata.icc && profileName(metadata.icc);
  const xmp = header.xmp && readXmpFacts(header.xmp);
  const iptc = metadata.iptc && readIptcFacts(metadata.iptc);
  return {
    format,
    mime,
    width,
    height,
    colorSpace: colorSpaceOf(metadata),
    ...(colorProfile && { colorProfile }),
    hasAlpha: metadata.hasAlpha,
    pages: animation?.frames ?? pages,
    ...(animation && { frames: animation.frames }),
    ...placeholder,
    ...(exif && { exif }),
    ...(xmp && { xmp }),
    ...(iptc && { iptc }),
  };
}

/** libvips' names for how pixels are stored, without their depth. */
const COLOR_SPACES: Readonly<Record<string, ImageFacts['colorSpace']>> = {
  srgb: 'srgb',
  rgb: 'srgb',
  rgb16: 'srgb',
  'b-w': 'grey',
  grey16: 'grey',
  cmyk: 'cmyk',
  lab: 'lab',
  labs: 'lab',
};

const colorSpaceOf = ({ space }: Metadata): ImageFacts['colorSpace'] => COLOR_SPACES[space] ?? 'other';

function exifOf({ exif }: Header): { exif?: ExifFacts; warnings: Warning[] } {
  if (!exif) return { warnings: [] };
  try {
    return { exif: readExifFacts(exif), warnings: [] };
  } catch {
    return { warnings: [{ code: 'EXIF_UNREADABLE', detail: 'The EXIF data in the file is broken; it was left out.' }] };
  }
}
