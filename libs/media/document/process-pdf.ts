import { open } from 'node:fs/promises';
import { MediaFailure } from '../failure.js';
import type { ImageTask } from '../image/process-image.js';
import { shrink } from '../image/pixels.js';
import { placeholderOf } from '../image/render/placeholder.js';
import { writeRendition } from '../image/render/renditions.js';
import type { ProcessResult, Warning } from '../result.js';
import { openPdf, type Pdf } from './pdfium.js';

export interface PdfFacts {
  mime: string;
  /** Of the first page, in points: 1/72 inch. */
  width: number;
  height: number;
  pages: number;
  /** Absent when the document has none. */
  title?: string;
}

/** Larger ones are kept without a picture: they would have to be in memory as a whole. */
const LARGEST_BYTES = 384 * 1024 ** 2;

/** Longest title that is kept, in characters. */
const TITLE_LIMIT = 250;

const ENCRYPTED: Warning = {
  code: 'ENCRYPTED',
  detail: 'The PDF opens only with a password, so there is no picture of it. The file itself is kept as it is.',
};

const TOO_LARGE: Warning = {
  code: 'NO_PICTURE',
  detail: `The PDF is larger than ${LARGEST_BYTES / 1024 ** 2} MB, so there is no picture of it. The file itself is kept as it is.`,
};

/**
 * Thumbnail, preview and placeholder of the first page, number of pages, title. A PDF that asks for a password is
 * sound, and of use to those who know it: it is kept without a picture, with a warning.
 * @throws MediaFailure CORRUPT_FILE when nobody could read it
 */
export async function processPdf(task: ImageTask): Promise<ProcessResult> {
  const facts = { mime: 'application/pdf' };
  const file = await open(task.input, 'r');
  try {
    const { size } = await file.stat();
    if (size > LARGEST_BYTES) return { outputs: [], facts, warnings: [TOO_LARGE] };
    const opened = await openPdf(file, size);
    if ('pdf' in opened) return await pictureOf(opened.pdf, task);
    if (opened.refused === 'ENCRYPTED') return { outputs: [], facts, warnings: [ENCRYPTED] };
    throw new MediaFailure(
      'CORRUPT_FILE',
      'The PDF is damaged or incomplete and cannot be opened. Try to open it yourself; if it opens, save it again.',
    );
  } finally {
    await file.close();
  }
}

async function pictureOf(pdf: Pdf, { outputDir, previewEdge, thumbnailEdge }: ImageTask): Promise<ProcessResult> {
  const { pages } = pdf;
  if (pages === 0) throw new MediaFailure('CORRUPT_FILE', 'The PDF has no pages, so there is nothing to show of it.');
  const drawn = pdf.drawFirstPage(previewEdge);
  if (!drawn) throw new MediaFailure('CORRUPT_FILE', 'The PDF is damaged: its first page cannot be shown.');
  const small = await shrink(drawn.pixels, thumbnailEdge);
  const thumbnail = await writeRendition('thumbnail', small, outputDir);
  const preview = await writeRendition('preview', drawn.pixels, outputDir);
  const title = cleanTitle(pdf.title);
  return {
    outputs: [thumbnail, preview],
    facts: {
      mime: 'application/pdf',
      width: Math.round(drawn.width),
      height: Math.round(drawn.height),
      pages,
      ...(title && { title }),
      ...(await placeholderOf(small)),
    },
    warnings: [],
  };
}

/** Without control characters and lone surrogates, which PostgreSQL's jsonb refuses. */
const cleanTitle = (title: string): string =>
  title
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, TITLE_LIMIT)
    .toWellFormed()
    .trim();
