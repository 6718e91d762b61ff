import { open, type FileHandle } from 'node:fs/promises';
import { processorOf } from '../kinds.js';
import { clearExifLocation } from './exif-location.js';
import { mendPngSums } from './png-sums.js';

/** Pictures up to here are looked through from end to end. */
const MOST_BYTES = 256 * 1024 ** 2;
/** Of larger ones, and of films, what is written about them stands within so much of an end. */
const EDGE_BYTES = 8 * 1024 ** 2;
/** Properties of XMP, as attributes and as elements: what they hold becomes blank. */
const XMP_LOCATION = /(exif:GPS\w{1,40}\s*=\s*["'])([^"']{0,200})|(<exif:GPS\w{1,40}>)([^<]{0,200})</g;
/** ISO 6709, as phones write it into films: +52.5200+013.4050+034.000/ */
const FILM_LOCATION = /[+-]\d{2}\.\d{2,}[+-]\d{3}\.\d{2,}(?:[+-]\d+(?:\.\d+)?)?\//g;

/**
 * Overwrites where a picture or a film was taken, in place: not a byte is moved and no pixel touched, so the file is as
 * good as before. EXIF and XMP of pictures; the place that phones write into MP4 and MOV.
 * @returns whether anything was overwritten
 */
export async function stripLocation(path: string, mime: string): Promise<boolean> {
  const processor = processorOf(mime);
  if (processor !== 'image' && processor !== 'video') return false;
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const isWhole = processor === 'image' && size <= MOST_BYTES;
    const windows = isWhole
      ? [[0, size]]
      : [
          [0, EDGE_BYTES],
          [Math.max(0, size - EDGE_BYTES), EDGE_BYTES],
        ];
    let isChanged = false;
    for (const [at = 0, length = 0] of windows)
      isChanged = (await stripWindow(file, at, Math.min(length, size - at), processor)) || isChanged;
    return isChanged;
  } finally {
    await file.close();
  }
}

async function stripWindow(file: FileHandle, at: number, length: number, kind: 'image' | 'video'): Promise<boolean> {
  const bytes = Buffer.alloc(length);
  await file.read(bytes, 0, length, at);
  const before = Buffer.from(bytes);
  if (kind === 'image') {
    clearExifLocation(bytes);
    blank(bytes, XMP_LOCATION, ' ');
    mendPngSums(bytes);
  } else blank(bytes, FILM_LOCATION, '0');
  if (bytes.equals(before)) return false;
  await file.write(bytes, 0, length, at);
  return true;
}

/** Fills what the pattern finds, or its last group, with a character; of films only the digits. */
function blank(bytes: Buffer, pattern: RegExp, filler: string): void {
  for (const match of bytes.toString('latin1').matchAll(pattern)) {
    const [whole, opening, value, tag, text] = match;
    const from = match.index + (opening ?? tag ?? '').length;
    const found = value ?? text ?? whole;
    bytes.write(filler === '0' ? found.replaceAll(/\d/g, '0') : filler.repeat(found.length), from, 'latin1');
  }
}
