import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { v7 as uuidv7 } from 'uuid';
import { releaseBlobs, takeBlob } from '#libs/blobs/blobs.js';
import { removeObjects } from '#libs/blobs/remove-objects.js';
import type { Transaction } from '#libs/database/database.js';
import type { Asset } from '#libs/database/generated/client.js';
import { changedOriginalKey } from '#libs/storage/keys.js';
import type { JobToken } from '#libs/queue/enqueue.js';
import type { ObjectStore } from '#libs/storage/object-store.js';

export interface ChangedOriginal {
  objectKey: string;
  /** Hex. */
  sha256: string;
}

/** Stores the file beside the original, to take its place when the job is done: it has as many bytes. */
export async function putChangedOriginal(
  store: ObjectStore,
  { id, tenantId, mimeType, size }: Asset,
  file: string,
  signal: AbortSignal,
): Promise<ChangedOriginal> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { signal });
  const objectKey = changedOriginalKey(tenantId, id, uuidv7());
  await store.write(objectKey, createReadStream(file), { contentType: mimeType, size: Number(size), signal });
  return { objectKey, sha256: hash.digest('hex') };
}

/**
 * Makes it what the asset is of. What the asset was of goes at once, unless another one is of the same bytes.
 * Call it last in the transaction, as `removeObjects`.
 */
export async function replaceOriginal(
  tx: Transaction,
  asset: Asset,
  { objectKey, sha256 }: ChangedOriginal,
): Promise<JobToken[]> {
  const { id, tenantId, size } = asset;
  const kept = await takeBlob(tx, { tenantId, objectKey, sha256, size });
  await tx.asset.update({ where: { id }, data: { objectKey: kept, sha256 }, select: { id: true } });
  const gone = await releaseBlobs(tx, [asset.objectKey]);
  const originals = kept === objectKey ? gone : [...gone, objectKey];
  return removeObjects(tx, { tenantId, originals }, { leaseSeconds: 0 });
}
