import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Database } from '#libs/database/database.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { LeaseLostError } from '#libs/queue/leases.js';
import { saveStream, type StreamFile, type TranscodeJob } from './save-streams.js';
import { whileCancelled } from './while-cancelled.js';

export interface StorePlace {
  store: ObjectStore;
  database: Database;
  signal: AbortSignal;
}

/** Puts one file beside the streams, and its row. @param from a path, or the bytes */
export async function storeFile(
  { store, database, signal }: StorePlace,
  of: TranscodeJob,
  file: Omit<StreamFile, 'size'>,
  from: string | Buffer,
): Promise<void> {
  const size = typeof from === 'string' ? (await stat(from)).size : from.length;
  const body = typeof from === 'string' ? createReadStream(from) : from;
  await store.write(file.objectKey, body, { contentType: file.mimeType, size, signal });
  try {
    await saveStream(database, of, { ...file, size });
  } catch (error) {
    // Whoever has taken the job writes the same file anew; nobody does when it was cancelled.
    if (error instanceof LeaseLostError) await whileCancelled(database, of.job)(() => store.delete([file.objectKey]));
    throw error;
  }
}
