import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { fileTypeFromBuffer } from 'file-type';
import { canonicalMime, formatOf, isKnown, kindOf, type Kind } from './kinds.js';
import { formatOfText } from './sniff-text.js';

/** How many of a file's first bytes `sniff` wants to see; fewer when the file is smaller. */
export const SNIFF_BYTES = 64 * 1024;

export interface Sniffed {
  /** Canonical. Not necessarily in the table: an executable is recognised too. */
  mime: string;
  kind: Kind;
}

export type Verdict = { matches: true; /** What to store. */ mime: string } | { matches: false; reason: string };

/** Signatures that file-type does not find in a file's head. */
const SIGNATURES: ReadonlyArray<{ mime: string; starts: string }> = [
  // It looks for the first directory to tell TIFF from DNG, and most writers put that at the file's end.
  { mime: 'image/tiff', starts: 'II\x2a\x00' },
  { mime: 'image/tiff', starts: 'MM\x00\x2a' },
  { mime: 'audio/basic', starts: '.snd' },
  { mime: 'audio/x-caf', starts: 'caff' },
  { mime: 'image/x-exr', starts: 'v/1\x01' },
  // WAV of more than 4 GB, as recorders write it from the start (EBU Tech 3306).
  { mime: 'audio/wav', starts: 'RF64' },
  { mime: 'image/x-olympus-orf', starts: 'IIRO' },
  { mime: 'image/x-olympus-orf', starts: 'IIRS' },
  { mime: 'image/x-olympus-orf', starts: 'MMOR' },
  { mime: 'image/x-panasonic-rw2', starts: 'IIU\x00' },
  { mime: 'image/x-canon-crw', starts: 'II\x1a\x00\x00\x00HEAPCCDR' },
  { mime: 'image/x-sigma-x3f', starts: 'FOVb' },
];

/**
 * The type of a file by its first bytes, never by its name or header; null when they are of no known type.
 * Text goes first: to signatures of two or three letters, prose that begins with BM, MZ or GIF is a picture or
 * a program.
 */
export async function sniff(head: Uint8Array): Promise<Sniffed | null> {
  const mime = formatOfText(head) ?? (await formatOfSignature(head));
  return mime === null ? null : { mime: canonicalMime(mime), kind: kindOf(mime) };
}

/** `sniff` for a file on disk. */
export async function sniffFile(path: string): Promise<Sniffed | null> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return await sniff(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

async function formatOfSignature(head: Uint8Array): Promise<string | null> {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const starts = (signature: string) => bytes.subarray(0, signature.length).equals(Buffer.from(signature, 'latin1'));
  // Text with a byte order mark that is not text after all; file-type would call it MPEG audio.
  if (starts('\xff\xfe')) return null;
  // Of its most usual kind file-type would make a cursor without a picture.
  if (isTga(bytes)) return 'image/x-tga';
  const found = await fileTypeFromBuffer(head).catch(() => undefined); // It throws on some malformed files.
  const mime = found?.mime ?? SIGNATURES.find((signature) => starts(signature.starts))?.mime ?? null;
  if (mime === 'application/gzip' && holdsSvg(bytes)) return 'image/svg+xml-compressed';
  return mime?.startsWith('image/heif') ? formatOfBrands(bytes) : mime;
}

/** So much of what is packed is looked at: unpacked, it is at most a thousand times as long. */
const PACKED_BYTES = 1024;

function holdsSvg(gzip: Buffer): boolean {
  try {
    const begin = gunzipSync(gzip.subarray(0, PACKED_BYTES), { finishFlush: constants.Z_SYNC_FLUSH });
    return formatOfText(begin) === 'image/svg+xml';
  } catch {
    return false; // It only begins as gzip does.
  }
}

/** Truevision's pictures have no signature; but their header leaves little to chance (TGA 2.0, fields 2 to 5). */
function isTga(head: Buffer): boolean {
  if (head.length < 18) return false;
  const [hasPalette, type, depth = 0, descriptor = 0] = [head[1], head[2] ?? 0, head[16], head[17]];
  const isPaletted = hasPalette === 1 && [1, 9].includes(type);
  const isPlain = hasPalette === 0 && [2, 3, 10, 11].includes(type) && head.subarray(3, 8).every((byte) => byte === 0);
  const isPaletteSound = [15, 16, 24, 32].includes(head[7] ?? 0) && between(head.readUInt16LE(5), 1, 256);
  if (!isPlain && !(isPaletted && isPaletteSound)) return false;
  const isSized = head.readUInt16LE(12) > 0 && head.readUInt16LE(14) > 0;
  return isSized && (type % 8 === 2 ? [15, 16, 24, 32] : [8, 16]).includes(depth) && (descriptor & 0xc0) === 0;
}

const between = (value: number, least: number, most: number): boolean => value >= least && value <= most;

/**
 * `mif1`, HEIF's own brand, says nothing of the codec; the compatible brands do (ISO/IEC 14496-12, 4.3: a box of
 * size, `ftyp`, major brand, version and then brands of four bytes).
 */
function formatOfBrands(bytes: Buffer): string {
  const end = Math.min(bytes.readUInt32BE(0), bytes.length);
  const brands = bytes.toString('latin1', 16, end);
  if (/^(?:.{4})*avi[fs]/s.test(brands)) return 'image/avif';
  return /^(?:.{4})*hei[cxms]/s.test(brands) ? 'image/heic' : 'image/heif';
}

/**
 * Holds what was declared against what the bytes are.
 * - Another picture than declared is still a picture: within a kind, the sniffed type wins.
 * - What bytes cannot show is believed: that text is CSV, that a zip is a Word document, that an MP4 is only sound.
 * - SVG can run script where it is shown, so it passes only under its own name; pages and playlists never do.
 *
 * The type to store may differ from the declared one: ask matchesAccepted of it, too.
 */
export function declarationMatches(declaredMime: string, sniffed: Sniffed | null): Verdict {
  const declared = canonicalMime(declaredMime);
  if (!sniffed) return { matches: false, reason: `declared ${declared}, but the content is of no known type` };
  const { mime } = sniffed;
  if (declared === mime && isKnown(mime)) return { matches: true, mime };
  const mismatch = { matches: false, reason: `declared ${declared}, but the content is ${mime}` } as const;
  if (!isKnown(mime) || mime === 'image/svg+xml') return mismatch;
  if (formatOf(declared)?.isA === mime) return { matches: true, mime: declared };
  if (formatOf(mime)?.isA === declared) return { matches: true, mime: declared === 'text/plain' ? declared : mime };
  return kindOf(declared) === sniffed.kind ? { matches: true, mime } : mismatch;
}
