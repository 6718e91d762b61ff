import { LARGEST_PUT_BYTES, MOST_PARTS, SMALLEST_PART_BYTES } from '#libs/storage/multipart.js';
import { partCount, partSizeFor, sizeOfPart } from './part-plan.js';

const MIB = 1024 * 1024;

it.each([1, 8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 80_000 * MIB, 80_000 * MIB + 1, 5 * 1024 ** 4])(
  'a file of %d bytes has parts that S3 takes',
  (fileSize) => {
    const upload = { size: BigInt(fileSize), partSize: partSizeFor(fileSize) };
    const count = partCount(upload);
    expect(count).toBeLessThanOrEqual(MOST_PARTS);
    expect(upload.partSize).toBeGreaterThanOrEqual(SMALLEST_PART_BYTES);
    expect(upload.partSize).toBeLessThanOrEqual(LARGEST_PUT_BYTES);
    const last = sizeOfPart(upload, count);
    expect(last).toBeGreaterThan(0);
    expect(last).toBeLessThanOrEqual(upload.partSize);
    expect((count - 1) * upload.partSize + last).toBe(fileSize);
    if (count > 1) expect(sizeOfPart(upload, 1)).toBe(upload.partSize);
  },
);
