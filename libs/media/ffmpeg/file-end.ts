import { open, type FileHandle } from 'node:fs/promises';

/** Of a file's beginning, where its container says how long it is. */
const HEAD_BYTES = 4096;
/** A page of Ogg has at most 65,307. */
const TAIL_BYTES = 128 * 1024;
const TS_PACKET = 188;
/** MPEG-TS as cameras write it has four bytes of time before each packet. */
const M2TS_PACKET = 192;

/** Of ISO base media files: more boxes one after another than a film of a day in fragments has. */
const MOST_BOXES = 100_000;

interface Ends {
  file: FileHandle;
  head: Buffer;
  tail: Buffer;
  /** Bytes. */
  size: number;
}

/** By type: whether a file has fewer bytes than it says. What is not here does not say. */
const CHECKS: Readonly<Record<string, (ends: Ends) => boolean | Promise<boolean>>> = {
  'video/vnd.avi': riffEndsEarly,
  'audio/wav': riffEndsEarly,
  'video/matroska': segmentEndsEarly,
  'video/webm': segmentEndsEarly,
  'audio/matroska': segmentEndsEarly,
  'audio/webm': segmentEndsEarly,
  'audio/ogg': pageEndsEarly,
  'video/ogg': pageEndsEarly,
  'video/mp2t': packetEndsEarly,
  'video/mp4': boxEndsEarly,
  'video/quicktime': boxEndsEarly,
  'video/3gpp': boxEndsEarly,
  'video/3gpp2': boxEndsEarly,
  'audio/mp4': boxEndsEarly,
  'audio/3gpp': boxEndsEarly,
  'video/x-flv': tagEndsEarly,
  'video/x-ms-wmv': asfEndsEarly,
  'audio/x-ms-wma': asfEndsEarly,
  'video/mpeg': packetOfPackEndsEarly,
  'application/mxf': partitionsEndEarly,
  'audio/aiff': formEndsEarly,
  'audio/basic': sunEndsEarly,
  'audio/x-caf': chunkEndsEarly,
};

/** Whether a film or a sound has been cut off, as far as the way it is packed shows that without reading all of it. */
export async function endsEarly(path: string, mime: string): Promise<boolean> {
  const check = CHECKS[mime];
  if (!check) return false;
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const head = await bytesAt(file, 0, Math.min(HEAD_BYTES, size));
    const tailLength = Math.min(TAIL_BYTES, size);
    return await check({ file, head, tail: await bytesAt(file, size - tailLength, tailLength), size });
  } finally {
    await file.close();
  }
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/** What is longer than 4 GB, and what was never finished, says 0 or all ones. */
function riffEndsEarly({ head, size }: Ends): boolean {
  const length = head.length < 8 || head.toString('latin1', 0, 4) !== 'RIFF' ? 0 : head.readUInt32LE(4);
  return length !== 0 && length < 0xffff_fff0 && size < 8 + length;
}

/** The Segment, which is all but the header, tells its length (RFC 8794, 5 and 6); all ones: it is not known. */
function segmentEndsEarly({ head, size }: Ends): boolean {
  const at = head.indexOf('18538067', 0, 'hex') + 4;
  const first = head[at] ?? 0;
  if (at < 4 || first === 0) return false;
  const bytes = Math.clz32(first) - 23;
  if (at + bytes > head.length) return false;
  const digits = BigInt(`0x${head.toString('hex', at, at + bytes)}`) - (1n << BigInt(7 * bytes));
  const isUnknown = digits === (1n << BigInt(7 * bytes)) - 1n;
  return !isUnknown && BigInt(size) < BigInt(at + bytes) + digits;
}

/** The last page must be whole (RFC 3533, 6). */
function pageEndsEarly({ tail }: Ends): boolean {
  const at = tail.lastIndexOf('OggS', undefined, 'latin1');
  if (at < 0) return false;
  const segments = tail[at + 26];
  if (segments === undefined || at + 27 + segments > tail.length) return true;
  const body = tail.subarray(at + 27, at + 27 + segments).reduce((sum, length) => sum + length, 0);
  return at + 27 + segments + body > tail.length;
}

function packetEndsEarly({ size }: Ends): boolean {
  return size % TS_PACKET !== 0 && size % M2TS_PACKET !== 0;
}

/** The boxes at the top, one after another, fill the file (ISO/IEC 14496-12, 4.2). */
async function boxEndsEarly({ file, size }: Ends): Promise<boolean> {
  for (let at = 0, count = 0; at < size && count < MOST_BOXES; count++) {
    const box = await bytesAt(file, at, 16);
    const short = box.length < 8 ? 0 : box.readUInt32BE(0);
    // 0: to the end of the file. Less than a header: no box, but what somebody has left behind the last one.
    if (short !== 1 && short < 8) return false;
    const length = short === 1 && box.length === 16 ? Number(box.readBigUInt64BE(8)) : short;
    if (length < 8) return false;
    at += length;
    if (at > size) return true;
  }
  return false;
}

/** Behind each tag stands how long it is (Adobe Flash Video, E.3). The last one must be a tag: of sound, pictures or script. */
async function tagEndsEarly({ file, tail, size }: Ends): Promise<boolean> {
  const length = tail.length < 4 ? 0 : tail.readUInt32BE(tail.length - 4);
  const at = size - 4 - length;
  if (at < 9) return size > 9;
  const tag = await bytesAt(file, at, 4);
  return ![8, 9, 18].includes((tag[0] ?? 0) & 0x1f) || tag.readUIntBE(1, 3) + 11 !== length;
}

/** The File Properties Object says how long the file is, unless it is broadcast (ASF, 3.2). */
function asfEndsEarly({ head, size }: Ends): boolean {
  const at = head.indexOf('a1dcab8c47a9cf118ee400c00c205365', 0, 'hex');
  if (at < 0 || at + 92 > head.length || (head.readUInt32LE(at + 88) & 1) === 1) return false;
  return BigInt(size) < head.readBigUInt64LE(at + 40);
}

/**
 * Of a programme stream the last packet must be whole (ISO/IEC 13818-1, 2.5): no pictures hold what begins one. Bare
 * MPEG video has none.
 */
function packetOfPackEndsEarly({ tail }: Ends): boolean {
  for (let at = tail.length - 4; at >= 0; at--) {
    const begins = tail[at] === 0 && tail[at + 1] === 0 && tail[at + 2] === 1;
    if (!begins || (tail[at + 3] ?? 0) < 0xb9) continue;
    // The end of all; a pack's header has no length.
    if (tail[at + 3] === 0xb9) return false;
    if (tail[at + 3] === 0xba) return at + 12 > tail.length;
    return at + 6 > tail.length || at + 6 + tail.readUInt16BE(at + 4) > tail.length;
  }
  return false;
}

/** The header says where the footer is, when it is known (SMPTE ST 377-1, 7.1: a key, a BER length, and then). */
function partitionsEndEarly({ head, size }: Ends): boolean {
  const at = head.indexOf('060e2b34020501010d01020101', 0, 'hex') + 16;
  const length = head[at] ?? 0;
  const footerAt = at + 1 + (length < 0x80 ? 0 : length & 0x7f) + 24;
  return at >= 16 && footerAt + 8 <= head.length && head.readBigUInt64BE(footerAt) >= BigInt(size);
}

function formEndsEarly({ head, size }: Ends): boolean {
  return head.length >= 8 && size < 8 + head.readUInt32BE(4);
}

/** All ones: it is not known. */
function sunEndsEarly({ head, size }: Ends): boolean {
  const length = head.length < 12 ? 0xffff_ffff : head.readUInt32BE(8);
  return length !== 0xffff_ffff && size < head.readUInt32BE(4) + length;
}

/** Chunks, each a type and a length, fill the file behind eight bytes (Apple Core Audio Format); of the last one it may be unknown. */
async function chunkEndsEarly({ file, size }: Ends): Promise<boolean> {
  for (let at = 8, count = 0; at < size && count < MOST_BOXES; count++) {
    const chunk = await bytesAt(file, at, 12);
    const length = chunk.length < 12 ? 0n : chunk.readBigInt64BE(4);
    if (length < 0n) return false;
    if (chunk.length < 12 || BigInt(at) + 12n + length > BigInt(size)) return true;
    at += 12 + Number(length);
  }
  return false;
}
