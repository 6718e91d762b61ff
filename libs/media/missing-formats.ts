import type { Tools } from './ffmpeg/tools.js';
import { FORMATS } from './kinds.js';

/** Pictures that ffmpeg reads (docs/decisions/0010-picture-decoders.md). */
const PICTURES = ['image/jxl', 'image/jp2', 'image/vnd.adobe.photoshop', 'image/x-exr', 'image/x-tga'];

/**
 * The types, by their canonical names, of which this machine could make nothing though the table names a processor:
 * it has not the programs that read them.
 */
export function missingFormats({ tools }: { tools: Tools | null }): string[] {
  const needsTools = FORMATS.filter(({ processor }) => processor === 'video' || processor === 'audio');
  return tools ? [] : [...needsTools.map(({ mime }) => mime), ...PICTURES];
}
