import { constants, crc32, deflateSync, inflateSync } from 'node:zlib';

/** Where the pixels of each pass are, and how large a block one stands for until later passes come (PNG, third edition, 8.2). */
const PASSES = [
  { left: 0, top: 0, across: 8, down: 8, wide: 8, high: 8 },
  { left: 4, top: 0, across: 8, down: 8, wide: 4, high: 8 },
  { left: 0, top: 4, across: 4, down: 8, wide: 4, high: 4 },
  { left: 2, top: 0, across: 4, down: 4, wide: 2, high: 4 },
  { left: 0, top: 2, across: 2, down: 4, wide: 2, high: 2 },
  { left: 1, top: 0, across: 2, down: 2, wide: 1, high: 2 },
  { left: 0, top: 1, across: 1, down: 2, wide: 1, high: 1 },
];
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

interface Grid {
  data: Buffer;
  width: number;
  height: number;
  /** Of a pixel. */
  bits: number;
}

/**
 * Of an interlaced PNG that ends too early, the PNG that browsers show meanwhile: coarse where finer passes are missing.
 * null when it is none, or nothing of it is there. libvips reads only whole ones.
 */
export function completeInterlaced(png: Buffer): Buffer | null {
  const before: Buffer[] = [];
  const packed: Buffer[] = [];
  for (let at = 8; at + 8 < png.length; at += png.readUInt32BE(at) + 12) {
    const end = at + 8 + png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === 'IDAT') packed.push(png.subarray(at + 8, end));
    else if (packed.length === 0 && type !== 'IHDR') before.push(png.subarray(at, end + 4));
  }
  if (png.length < 33 || png[28] !== 1 || packed.length === 0) return null;
  const header = Buffer.from(png.subarray(16, 29));
  header[12] = 0;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const bits = (header[8] ?? 8) * (CHANNELS[header[9] ?? 0] ?? 1);
  const rowBytes = 1 + Math.ceil((width * bits) / 8);
  const grid: Grid = { data: Buffer.alloc(rowBytes * height), width, height, bits };
  if (!paint(grid, rowBytes, inflated(Buffer.concat(packed), grid))) return null;
  const pixels = deflateSync(grid.data, { level: 1 });
  return Buffer.concat([
    png.subarray(0, 8),
    chunk('IHDR', header),
    ...before,
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** What there is of the pixels; nothing when they are damaged besides. */
function inflated(packed: Buffer, { data, height }: Grid): Buffer {
  try {
    // Each pass has rows of its own, and each row a byte for its filter.
    return inflateSync(packed, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: data.length + 16 * height + 64,
    });
  } catch {
    return Buffer.alloc(0);
  }
}

/** @returns whether there was anything */
function paint(grid: Grid, rowBytes: number, data: Buffer): boolean {
  let at = 0;
  for (const pass of PASSES) {
    const columns = Math.ceil((grid.width - pass.left) / pass.across);
    const rows = Math.ceil((grid.height - pass.top) / pass.down);
    if (columns <= 0 || rows <= 0) continue;
    const length = Math.ceil((columns * grid.bits) / 8);
    let above: Buffer = Buffer.alloc(length);
    for (let row = 0; row < rows; row++) {
      if (at + 1 + length > data.length) return at > 0;
      const line = data.subarray(at + 1, at + 1 + length);
      unfilter(line, above, data[at] ?? 0, Math.max(1, grid.bits >> 3));
      above = line;
      at += 1 + length;
      const top = pass.top + row * pass.down;
      for (let y = top; y < Math.min(top + pass.high, grid.height); y++)
        for (let column = 0; column < columns; column++)
          copyPixel(grid, line, column, y * rowBytes + 1, pass.left + column * pass.across, pass.wide);
    }
  }
  return true;
}

/** Paints one pixel of a line over a few that stand beside each other. */
function copyPixel({ data, width, bits }: Grid, line: Buffer, from: number, rowAt: number, left: number, wide: number) {
  for (let x = left; x < Math.min(left + wide, width); x++) {
    if (bits >= 8) {
      const bytes = bits >> 3;
      for (let index = 0; index < bytes; index++) data[rowAt + x * bytes + index] = line[from * bytes + index] ?? 0;
      continue;
    }
    const mask = (1 << bits) - 1;
    const value = ((line[(from * bits) >> 3] ?? 0) >> (8 - bits - ((from * bits) & 7))) & mask;
    const [to, shift] = [rowAt + ((x * bits) >> 3), 8 - bits - ((x * bits) & 7)];
    data[to] = ((data[to] ?? 0) & ~(mask << shift)) | (value << shift);
  }
}

/** In place (9.2). */
function unfilter(line: Buffer, above: Buffer, filter: number, pixel: number): void {
  for (let x = 0; x < line.length; x++) {
    const a = x < pixel ? 0 : (line[x - pixel] ?? 0);
    const b = above[x] ?? 0;
    const c = x < pixel ? 0 : (above[x - pixel] ?? 0);
    line[x] = (line[x] ?? 0) + ([0, a, b, (a + b) >> 1][filter] ?? paeth(a, b, c));
  }
}

function paeth(a: number, b: number, c: number): number {
  const [left, up, corner] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  if (left <= up && left <= corner) return a;
  return up <= corner ? b : c;
}

function chunk(type: string, body: Buffer): Buffer {
  const made = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), body, Buffer.alloc(4)]);
  made.writeUInt32BE(body.length, 0);
  made.writeUInt32BE(crc32(made.subarray(4, -4)), made.length - 4);
  return made;
}
