import { addAbortSignal, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { boundsOf, BoundedSize } from '../bounded-size.js';
import { MOST_PARTS } from '../multipart.js';
import type { WriteOptions } from '../object-store.js';

/** Bytes; with four parts under way this bounds the memory of a write. */
const PART_BYTES = 8 * 1024 * 1024;

/**
 * Writes a stream in parts, each of which is tried again by itself. The object appears when the last has arrived; when
 * the stream breaks, is aborted or has another size, the parts are removed.
 */
export async function writeStream(
  client: S3Client,
  target: { Bucket: string; Key: string; ContentType: string },
  body: Readable,
  { size, signal }: Pick<WriteOptions, 'size' | 'signal'>,
): Promise<void> {
  if (signal) addAbortSignal(signal, body);
  const bounds = boundsOf(size);
  const counted = new BoundedSize(bounds);
  const upload = new Upload({
    client,
    params: { ...target, Body: counted },
    partSize: Math.max(PART_BYTES, Math.ceil(bounds.most / MOST_PARTS)),
  });
  // Whichever of the two fails ends the other; the upload's failure is the one that says why.
  const [sent] = await Promise.allSettled([upload.done(), pipeline(body, counted)]);
  if (sent.status === 'rejected') throw sent.reason;
}
