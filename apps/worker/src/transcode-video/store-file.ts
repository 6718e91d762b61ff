import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Database } from '#libs/database/database.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { saveStream, type StreamFile, type TranscodeJob } from './save-streams.js';

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
  await saveStream(database, of, { ...file, size });
}
