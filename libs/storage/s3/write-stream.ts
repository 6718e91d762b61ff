import { addAbortSignal, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { ExactSize } from '../exact-size.js';

/** Bytes; with four parts under way this bounds the memory of a write. */
const PART_BYTES = 8 * 1024 * 1024;
/** S3 takes no more. */
const MOST_PARTS = 10_000;

/**
 * Writes a stream in parts, each of which is tried again by itself. The object appears when the last has arrived; when
 * the stream breaks, is aborted or has another size, the parts are removed.
 */
export async function writeStream(
  client: S3Client,
  target: { Bucket: string; Key: string; ContentType: string },
  body: Readable,
  { size, signal }: { size: number; signal?: AbortSignal },
): Promise<void> {
  if (signal) addAbortSignal(signal, body);
  const counted = new ExactSize(size);
  const upload = new Upload({
    client,
    params: { ...target, Body: counted },
    partSize: Math.max(PART_BYTES, Math.ceil(size / MOST_PARTS)),
  });
  // Whichever of the two fails ends the other; the upload's failure is the one that says why.
  const [sent] = await Promise.allSettled([upload.done(), pipeline(body, counted)]);
  if (sent.status === 'rejected') throw sent.reason;
}
