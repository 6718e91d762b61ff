import type { ImageTask } from '../image/process-image.js';
import type { Tools } from './tools.js';

/** What every step on a film or a sound is told. */
export interface AvTask {
  /** Path of the file. */
  input: string;
  /** As sniffed, never as declared. */
  mime: string;
  /** An existing folder; everything that is made appears in it. */
  outputDir: string;
}

/** A film or a sound, and what its pictures shall be like. */
export interface AvProcessTask extends AvTask, Omit<ImageTask, 'mime'> {
  /** null, or left out, on a machine without them. */
  tools?: Tools | null;
}
