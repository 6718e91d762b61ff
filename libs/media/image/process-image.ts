import type { Metadata } from 'sharp';
import type { PictureOutput, ProcessResult, Warning } from '../result.js';
import { profileName } from './color-profile.js';
import { decode } from './decode.js';
import { readExifFacts, type ExifFacts } from './exif.js';
import type { ImageFacts } from './facts.js';
import { readHeader, type Header, type ImageLimits } from './header.js';
import { shrink, type Pixels } from './pixels.js';
import { placeholderOf, type Placeholder } from './placeholder.js';
import { writeRendition } from './renditions.js';

export interface ImageTask {
  /** Path of the picture. */
  input: string;
  /** An existing folder; outputs appear in it under names of their kind. */
  outputDir: string;
  limits: ImageLimits;
  /** Longest edges, pixels. */
  thumbnailEdge: number;
  previewEdge: number;
}

/**
 * Thumbnail, preview, placeholder and facts of a picture, all from one decode.
 * @param signal looked at between steps; a decode under way is only ended by ending its process
 * @throws MediaFailure when the file is at fault; NodeJS.ErrnoException when the folder or the input is
 */
export async function processImage(task: ImageTask, signal?: AbortSignal): Promise<ProcessResult> {
  const header = await readHeader(task.input, task.limits);
  signal?.throwIfAborted();
  const { pixels, warnings } = await decode(task.input, header, task.previewEdge, task.limits);
  signal?.throwIfAborted();
  const [preview, { thumbnail, placeholder }] = await Promise.all([
    writeRendition('preview', pixels, task.outputDir),
    makeThumbnail(pixels, task),
  ]);
  const { exif, warnings: exifWarnings } = exifOf(header);
  return {
    outputs: [thumbnail, preview],
    facts: factsOf(header, placeholder, exif),
    warnings: [...warnings, ...exifWarnings],
  };
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
  const { format, mime, width, height, metadata } = header;
  const colorProfile = metadata.icc && profileName(metadata.icc);
  return {
    format,
    mime,
    width,
    height,
    colorSpace: colorSpaceOf(metadata),
    ...(colorProfile && { colorProfile }),
    hasAlpha: metadata.hasAlpha,
    pages: metadata.pages ?? 1,
    ...placeholder,
    ...(exif && { exif }),
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

function exifOf({ metadata: { exif } }: Header): { exif?: ExifFacts; warnings: Warning[] } {
  if (!exif) return { warnings: [] };
  try {
    return { exif: readExifFacts(exif), warnings: [] };
  } catch {
    return { warnings: [{ code: 'EXIF_UNREADABLE', detail: 'The EXIF data in the file is broken; it was left out.' }] };
  }
}
