import type { ImageFacts } from './image/facts.js';

/** A file that was made from the input. */
export interface Output {
  kind: 'thumbnail' | 'preview';
  /** Absolute, inside the task's outputDir. */
  path: string;
  mime: string;
  /** Pixels. */
  width: number;
  height: number;
  /** Bytes. */
  size: number;
}

/** Something odd about the input that did not stop it. */
export interface Warning {
  /**
   * TRUNCATED: the file ends too early, what is there is shown. DAMAGED: parts of the picture may be wrong.
   * EXIF_UNREADABLE: there is EXIF data, but it is broken.
   */
  code: 'TRUNCATED' | 'DAMAGED' | 'EXIF_UNREADABLE';
  /** A sentence for the person who uploaded the file. */
  detail: string;
}

/** What is known of a file: plain JSON, safe for PostgreSQL's jsonb. Every family adds its own; none is certain. */
export type Facts = Partial<ImageFacts>;

export interface ProcessResult {
  outputs: Output[];
  facts: Facts;
  warnings: Warning[];
}
