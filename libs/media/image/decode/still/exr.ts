import { open } from 'node:fs/promises';
import { damaged } from '../limits.js';
import type { Packed, Unpacked } from '../unpack.js';
import type { StillHeader } from './codestream.js';
import { decodeStill } from './decode-still.js';

/** Where a file says what it is; previews that stand among it are as large as the rest of it. */
const HEAD_BYTES = 256 * 1024;
/** Magic number and version. */
const ATTRIBUTES_AT = 8;
const MOST_ATTRIBUTES = 500;

/** OpenEXR, by ffmpeg: what of it is meant to be seen, as sRGB. What is brighter than white is white. */
export async function unpackExr(packed: Packed): Promise<Unpacked | null> {
  const file = await open(packed.input, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return await decodeStill(packed, displayWindow(buffer.subarray(0, bytesRead)), {});
  } finally {
    await file.close();
  }
}

/** Attributes are a name, a type, a length and a value, one after another (OpenEXR File Layout, Header); this one is a box2i. */
function displayWindow(head: Buffer): StillHeader {
  let at = ATTRIBUTES_AT;
  const text = () => {
    const end = head.indexOf(0, at);
    if (end < 0) throw damaged('its header is cut off');
    const found = head.toString('latin1', at, end);
    at = end + 1;
    return found;
  };
  for (let count = 0; count < MOST_ATTRIBUTES; count++) {
    const [name, type] = [text(), text()];
    if (at + 20 > head.length) break;
    if (name === 'displayWindow' && type === 'box2i') {
      const [left = 0, top = 0, right = 0, bottom = 0] = [4, 8, 12, 16].map((offset) => head.readInt32LE(at + offset));
      return { width: right - left + 1, height: bottom - top + 1 };
    }
    at += 4 + head.readUInt32LE(at);
  }
  throw damaged('it does not say how large it is');
}
