import { damaged } from '../limits.js';

/** What a codestream's first bytes say of the picture. */
export interface StillHeader {
  /** Pixels as shown. */
  width: number;
  height: number;
}

/** Reads bits from the lowest upwards, as JPEG XL stores them (ISO/IEC 18181-1, 4.2). */
class Bits {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  take(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++, this.at++)
      value += (((this.bytes[this.at >> 3] ?? 0) >> (this.at & 7)) & 1) * 2 ** index;
    return value;
  }

  /** One of four lengths, which two bits choose. */
  choose(lengths: readonly [number, number, number, number]): number {
    return this.take(lengths[this.take(2) as 0 | 1 | 2 | 3]);
  }
}

const RATIOS = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
] as const;

function sizeOf(bits: Bits): { width: number; height: number } {
  const isSmall = bits.take(1) === 1;
  const edge = () => (isSmall ? (bits.take(5) + 1) * 8 : bits.choose([9, 13, 18, 30]) + 1);
  const height = edge();
  const ratio = RATIOS[bits.take(3) - 1];
  return { width: ratio ? Math.floor((height * ratio[0]) / ratio[1]) : edge(), height };
}

/**
 * SizeHeader and the beginning of ImageMetadata (ISO/IEC 18181-1, annex D).
 * @param bytes from the codestream's signature
 */
export function readJxl(bytes: Buffer): StillHeader {
  if (bytes.length < 12 || bytes.readUInt16BE(0) !== 0xff0a) throw damaged('no JPEG XL codestream');
  const bits = new Bits(bytes.subarray(2, 64));
  const { width, height } = sizeOf(bits);
  const isAllDefault = bits.take(1) === 1;
  const orientation = !isAllDefault && bits.take(1) === 1 ? bits.take(3) + 1 : 1;
  return orientation < 5 ? { width, height } : { width: height, height: width };
}

/** The SIZ marker segment (ISO/IEC 15444-1, A.5.1). @param bytes from the codestream's signature */
export function readJ2k(bytes: Buffer): StillHeader {
  if (bytes.length < 24 || bytes.readUInt32BE(0) !== 0xff4fff51) throw damaged('no JPEG 2000 codestream');
  return {
    width: bytes.readUInt32BE(8) - bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(12) - bytes.readUInt32BE(20),
  };
}
