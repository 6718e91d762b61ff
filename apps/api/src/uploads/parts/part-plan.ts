import type { Upload } from '#libs/database/generated/client.js';
import { MOST_PARTS } from '#libs/storage/multipart.js';

const MIB = 1024 * 1024;
/** What a lost connection costs at most, for each part under way. */
const USUAL_BYTES = 8 * MIB;

type InParts = Pick<Upload, 'size'> & { partSize: number };

/** Bytes of every part but the last: as few as 10,000 parts allow. */
export const partSizeFor = (fileSize: number): number =>
  Math.max(USUAL_BYTES, Math.ceil(fileSize / MOST_PARTS / MIB) * MIB);

export const partCount = ({ size, partSize }: InParts): number => Math.ceil(Number(size) / partSize);

/** Bytes of the part with this number, from 1 to partCount. */
export const sizeOfPart = ({ size, partSize }: InParts, number: number): number =>
  Math.min(partSize, Number(size) - (number - 1) * partSize);
