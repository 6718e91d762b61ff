import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

export interface RasterShape {
  /** Pixels. */
  width: number;
  height: number;
  /** 3 is RGB, 4 RGB with opacity that is not multiplied in. */
  channels: 3 | 4;
  icc?: Buffer | undefined;
}

/** Rows in a strip: libvips holds one strip at a time. */
const STRIP_ROWS = 16;
const [SHORT, LONG, UNDEFINED] = [3, 4, 7];
const DATA_AT = 8;

/**
 * A TIFF without compression that is written as pixels come, for libvips to read the same way: so a decoder that
 * hands out parts of a picture never needs memory for all of it. Pixels go first, what they are stands behind them.
 * Writes block: the process that decodes has nothing else to do.
 */
export class TiffWriter {
  private readonly file: number;
  private written = 0;

  constructor(path: string) {
    this.file = openSync(path, 'w');
  }

  /** @param pixels from the top, 8 bits a channel; not necessarily whole rows */
  append(pixels: Uint8Array): void {
    for (let at = 0; at < pixels.length;)
      at += writeSync(this.file, pixels, at, pixels.length - at, DATA_AT + this.written + at);
    this.written += pixels.length;
  }

  /** Bytes of pixels so far. */
  get length(): number {
    return this.written;
  }

  /** Pixels that nobody wrote are zeros: black, or transparent where there is opacity. */
  finish(shape: RasterShape): void {
    const end = DATA_AT + shape.width * shape.height * shape.channels;
    const directoryAt = end + (end % 2);
    ftruncateSync(this.file, directoryAt);
    const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
    head.writeUInt32LE(directoryAt, 4);
    writeSync(this.file, head, 0, head.length, 0);
    const directory = directoryOf(shape, directoryAt);
    writeSync(this.file, directory, 0, directory.length, directoryAt);
  }

  close(): void {
    closeSync(this.file);
  }
}

type Entry = [tag: number, type: number, values: readonly number[] | Buffer];

/** TIFF 6.0, sections 2, 8 and 18; tag 34675 of ICC.1, annex B.4. Entries stand in the order of their tags. */
function directoryOf({ width, height, channels, icc }: RasterShape, directoryAt: number): Buffer {
  const rowBytes = width * channels;
  const strips = Array.from({ length: Math.ceil(height / STRIP_ROWS) }, (_, index) => index * STRIP_ROWS);
  const entries: Entry[] = [
    [256, LONG, [width]],
    [257, LONG, [height]],
    [258, SHORT, Array<number>(channels).fill(8)],
    [259, SHORT, [1]],
    [262, SHORT, [2]],
    [273, LONG, strips.map((top) => DATA_AT + top * rowBytes)],
    [277, SHORT, [channels]],
    [278, LONG, [STRIP_ROWS]],
    [279, LONG, strips.map((top) => Math.min(STRIP_ROWS, height - top) * rowBytes)],
  ];
  if (channels === 4) entries.push([338, SHORT, [2]]);
  if (icc) entries.push([34_675, UNDEFINED, icc]);
  const directory = Buffer.alloc(2 + entries.length * 12 + 4);
  directory.writeUInt16LE(entries.length, 0);
  const blocks: Buffer[] = [];
  let end = directoryAt + directory.length;
  for (const [index, [tag, type, values]] of entries.entries()) {
    const at = 2 + index * 12;
    const bytes = Buffer.isBuffer(values) ? values : encoded(type, values);
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(values.length, at + 4);
    if (bytes.length <= 4) {
      bytes.copy(directory, at + 8);
      continue;
    }
    directory.writeUInt32LE(end, at + 8);
    const padded = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]);
    blocks.push(padded);
    end += padded.length;
  }
  return Buffer.concat([directory, ...blocks]);
}

function encoded(type: number, values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * (type === SHORT ? 2 : 4));
  for (const [index, value] of values.entries())
    if (type === SHORT) bytes.writeUInt16LE(value, index * 2);
    else bytes.writeUInt32LE(value, index * 4);
  return bytes;
}
