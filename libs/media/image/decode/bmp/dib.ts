import { damaged, unsupported } from '../limits.js';

/** How the pixels of a Windows bitmap are stored (BITMAPCOREHEADER, BITMAPINFOHEADER and their successors). */
export interface Dib {
  width: number;
  height: number;
  /** Rows begin at the top; otherwise, and usually, at the bottom. */
  isTopDown: boolean;
  bits: 1 | 4 | 8 | 16 | 24 | 32;
  compression: 'none' | 'rle8' | 'rle4';
  /** RGB triples. */
  palette: Buffer;
  /** Where in a pixel of 16 or 32 bits each channel is; no opacity when its mask is 0. */
  masks: { red: number; green: number; blue: number; alpha: number };
  /** Bytes from the header's beginning to the end of the palette. */
  length: number;
  /** Bytes of a row, padded to four. */
  stride: number;
}

const BITS = [1, 4, 8, 16, 24, 32] as const;
const CORE = 12;
const INFO = 40;
const NO_ALPHA = { red: 0xff0000, green: 0xff00, blue: 0xff, alpha: 0 };
const FIVE_EACH = { red: 0x7c00, green: 0x3e0, blue: 0x1f, alpha: 0 };

/**
 * @param head from the header's first byte, with all of the palette
 * @throws MediaFailure CORRUPT_FILE or UNSUPPORTED_FORMAT
 */
export function readDib(head: Buffer): Dib {
  const size = head.length < 16 ? 0 : head.readUInt32LE(0);
  const isCore = size === CORE;
  if ((!isCore && size < 16) || size > 1024 || head.length < size) throw damaged('its header is cut off');
  const field = (at: number) => (at + 4 <= size ? head.readUInt32LE(at) : 0);
  const [width, signedHeight, depth] = isCore
    ? [head.readUInt16LE(4), head.readInt16LE(6), head.readUInt16LE(10)]
    : [head.readInt32LE(4), head.readInt32LE(8), head.readUInt16LE(14)];
  const bits = BITS.find((known) => known === depth);
  if (bits === undefined) throw unsupported(`${depth} bits a pixel`);
  const code = field(16);
  const compression = compressionOf(code, bits);
  // Version 2 and 3 headers have the masks inside; with 40 bytes they stand behind.
  const masksAt = code === 3 || code === 6 ? INFO : -1;
  const maskBytes = masksAt === size ? (code === 6 ? 16 : 12) : 0;
  const colors = bits > 8 ? 0 : Math.min(field(32) || 2 ** bits, 2 ** bits);
  const entry = isCore ? 3 : 4;
  const paletteAt = size + maskBytes;
  return {
    width,
    height: Math.abs(signedHeight),
    isTopDown: signedHeight < 0,
    bits,
    compression,
    palette: paletteOf(head.subarray(paletteAt, paletteAt + colors * entry), entry),
    masks: masksAt < 0 ? (bits === 16 ? FIVE_EACH : NO_ALPHA) : masksOf(head, masksAt, size, code),
    // Of pixels of more bits the palette is only a hint, but it is there.
    length: paletteAt + (bits > 8 ? Math.min(field(32), 256) : colors) * entry,
    stride: Math.ceil((width * bits) / 32) * 4,
  };
}

function compressionOf(code: number, bits: number): Dib['compression'] {
  if (code === 0 || ((code === 3 || code === 6) && (bits === 16 || bits === 32))) return 'none';
  if (code === 1 && bits === 8) return 'rle8';
  if (code === 2 && bits === 4) return 'rle4';
  throw unsupported(`compression ${code} of ${bits} bits`);
}

function masksOf(head: Buffer, at: number, size: number, code: number): Dib['masks'] {
  const mask = (index: number) => (at + index * 4 + 4 <= head.length ? head.readUInt32LE(at + index * 4) : 0);
  return { red: mask(0), green: mask(1), blue: mask(2), alpha: size >= 56 || code === 6 ? mask(3) : 0 };
}

function paletteOf(entries: Buffer, entry: number): Buffer {
  // A pixel may name a colour that the palette does not have: black.
  const palette = Buffer.alloc(256 * 3);
  for (let index = 0; (index + 1) * entry <= entries.length; index++) {
    const [blue = 0, green = 0, red = 0] = entries.subarray(index * entry);
    palette.set([red, green, blue], index * 3);
  }
  return palette;
}

/** Brings one channel of a pixel to 8 bits. */
function channelOf(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  return (pixel) => Math.round((((pixel & mask) >>> shift) * 255) / most);
}

/** Makes of one stored row RGB, or RGBA where the bitmap has opacity. */
export function rowReader(dib: Dib, channels: 3 | 4): (row: Buffer, into: Buffer) => void {
  const { width, bits, palette } = dib;
  if (bits <= 8)
    return (row, into) => {
      for (let x = 0, to = 0; x < width; x++, to += channels) {
        const bit = x * bits;
        const index = ((row[bit >> 3] ?? 0) >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
        palette.copy(into, to, index * 3, index * 3 + 3);
        if (channels === 4) into[to + 3] = 255;
      }
    };
  if (bits === 24)
    return (row, into) => {
      for (let x = 0, from = 0, to = 0; x < width; x++, from += 3, to += channels) {
        into[to] = row[from + 2] ?? 0;
        into[to + 1] = row[from + 1] ?? 0;
        into[to + 2] = row[from] ?? 0;
        if (channels === 4) into[to + 3] = 255;
      }
    };
  const [red, green, blue] = [dib.masks.red, dib.masks.green, dib.masks.blue].map(channelOf);
  const alpha = channelOf(dib.masks.alpha);
  const bytes = bits / 8;
  return (row, into) => {
    for (let x = 0, from = 0, to = 0; x < width; x++, from += bytes, to += channels) {
      if (from + bytes > row.length) return;
      const pixel = bits === 16 ? row.readUInt16LE(from) : row.readUInt32LE(from);
      into[to] = red?.(pixel) ?? 0;
      into[to + 1] = green?.(pixel) ?? 0;
      into[to + 2] = blue?.(pixel) ?? 0;
      if (channels === 4) into[to + 3] = alpha(pixel);
    }
  };
}
