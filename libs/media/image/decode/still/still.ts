import { readFile } from 'node:fs/promises';
import { MediaFailure } from '../../../failure.js';
import type { Packed, Unpacked } from '../unpack.js';
import { boxesOf, metadataBox } from './boxes.js';
import { readJ2k, readJxl } from './codestream.js';
import { decodeStill } from './decode-still.js';

const MAX_BYTES = 256 * 1024 * 1024;
/** JPEG 2000's boxes of metadata are known by these (Exif: JPEG 2000 by Adobe and others; XMP part 3, 1.1.3). */
const EXIF_UUID = Buffer.from('4a706754696666457869662d3e4a5032', 'hex');
const XMP_UUID = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex');

/** JPEG XL, bare or in its container; of an animation the first frame. */
export async function unpackJxl(file: Packed): Promise<Unpacked | null> {
  const bytes = await bytesOf(file);
  if (bytes[0] === 0xff) return decodeStill(file, readJxl(bytes), {});
  const boxes = boxesOf(bytes);
  const codestream = boxes.find(({ type }) => type === 'jxlc')?.body;
  // It may come in parts, the first of which may be short; each begins with its number.
  const parts = boxes.filter(({ type }) => type === 'jxlp').map(({ body }) => body.subarray(4, 68));
  const exif = metadataBox(boxes, 'Exif');
  return decodeStill(file, readJxl(codestream ?? Buffer.concat(parts)), {
    exif: exif && exif.length > 8 ? exif.subarray(4 + exif.readUInt32BE(0)) : undefined,
    xmp: metadataBox(boxes, 'xml '),
  });
}

/** JPEG 2000: JP2, its relations, and bare codestreams. */
export async function unpackJp2(file: Packed): Promise<Unpacked | null> {
  const bytes = await bytesOf(file);
  if (bytes[0] === 0xff) return decodeStill(file, readJ2k(bytes), {});
  const boxes = boxesOf(bytes);
  const uuid = (id: Buffer) =>
    boxes.find(({ type, body }) => type === 'uuid' && body.subarray(0, 16).equals(id))?.body.subarray(16);
  const codestream = boxes.find(({ type }) => type === 'jp2c')?.body ?? Buffer.alloc(0);
  return decodeStill(file, readJ2k(codestream), { exif: uuid(EXIF_UUID), xmp: uuid(XMP_UUID) });
}

async function bytesOf({ input, size }: Packed): Promise<Buffer> {
  if (size > MAX_BYTES) throw new MediaFailure('INPUT_TOO_LARGE', 'The picture has more than 256 MB.');
  return readFile(input);
}
