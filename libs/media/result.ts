import type { PdfFacts } from './document/process-pdf.js';
import type { AvFacts } from './ffmpeg/facts.js';
import type { TagFacts } from './ffmpeg/tags.js';
import type { ImageFacts } from './image/facts.js';
import type { FilmFacts } from './video/facts.js';

interface Made {
  /** Absolute, inside the task's outputDir. */
  path: string;
  mime: string;
  /** Bytes. */
  size: number;
}

export interface PictureOutput extends Made {
  kind: 'thumbnail' | 'preview' | 'variant' | 'waveform-image';
  /** Pixels. */
  width: number;
  height: number;
}

/** The waveform of a sound, as JSON (audio/waveform.ts). */
export interface WaveformOutput extends Made {
  kind: 'waveform';
  width: null;
  height: null;
}

/** A file that was made from the input. */
export type Output = PictureOutput | WaveformOutput;

/** Something odd about the input that did not stop it. */
export interface Warning {
  /**
   * TRUNCATED: the file ends too early, what is there is shown. DAMAGED: parts of the picture may be wrong.
   * EXIF_UNREADABLE: there is EXIF data, but it is broken. COVER_UNREADABLE: so is the cover of a sound.
   * NO_PICTURE: a film without one, or a PDF too large for one. ENCRYPTED: only a password opens it.
   * NO_DECODER: this machine cannot decode it; it is kept as it is. NOT_SCANNED: too large for the virus scanner.
   */
  code:
    | 'TRUNCATED'
    | 'DAMAGED'
    | 'EXIF_UNREADABLE'
    | 'COVER_UNREADABLE'
    | 'NO_PICTURE'
    | 'ENCRYPTED'
    | 'NO_DECODER'
    | 'NOT_SCANNED';
  /** A sentence for the person who uploaded the file. */
  detail: string;
}

/** What is known of a file: plain JSON, safe for PostgreSQL's jsonb. Every family adds its own; none is certain. */
export type Facts = Partial<ImageFacts & AvFacts & FilmFacts & TagFacts & PdfFacts & { loudness: number }>;

export interface ProcessResult {
  outputs: Output[];
  facts: Facts;
  warnings: Warning[];
  /** Whether the input was overwritten in part: where it was taken. */
  inputChanged?: true;
}
