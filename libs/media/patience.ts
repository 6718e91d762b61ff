import { processorOf, type Processor } from './kinds.js';

/** PDFium is not to be interrupted, and a page takes it seconds; what ffmpeg may take is in each of its steps. */
const PATIENCE_MS: Partial<Record<Processor, number>> = { pdf: 60_000 };

/** The longest that files of a type may take, milliseconds. */
export function patienceWith(mime: string): number {
  const processor = processorOf(mime);
  return (processor && PATIENCE_MS[processor]) ?? Infinity;
}
