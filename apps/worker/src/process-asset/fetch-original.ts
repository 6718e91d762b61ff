import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { failpoint } from '#libs/lifecycle/failpoint.js';
import type { Database } from '#libs/database/database.js';
import type { Asset } from '#libs/database/generated/client.js';
import { ObjectNotFoundError, StoreUnavailableError, type ObjectStore } from '#libs/storage/object-store.js';
import { RefusedFile } from '../running/failure.js';

export interface Original {
  objectKey: string;
  /** Bytes. */
  size: bigint;
  /** As declared by the client, hex. */
  declaredSha256: string | null;
}

/** Asks whether the object is what the asset is made of still: bytes without their location may have taken its place. */
export const isCurrentOriginal =
  (database: Database, { id, tenantId }: Pick<Asset, 'id' | 'tenantId'>, objectKey: string) =>
  async (): Promise<boolean> => {
    const OR = [{ objectKey }, { replacement: { objectKey } }];
    return (await database.client.asset.count({ where: { id, tenantId, OR } })) > 0;
  };

/**
 * Brings the original into a file, hashing on the way. Returns its SHA-256, hex.
 * @param isCurrent asked when there is no such object
 * @throws StoreUnavailableError when fewer bytes came than there are, or when others have taken their place;
 *   ObjectNotFoundError when they are lost; RefusedFile when they are not the declared ones
 */
export async function fetchOriginal(
  store: ObjectStore,
  original: Original,
  file: string,
  signal: AbortSignal,
  isCurrent: () => Promise<boolean>,
): Promise<string> {
  const hash = createHash('sha256');
  let received = 0n;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      failpoint('job:fetching');
      hash.update(chunk);
      received += BigInt(chunk.length);
      done(null, chunk);
    },
  });
  const body = await store.read(original.objectKey, undefined, signal).catch(async (error: unknown) => {
    if (error instanceof ObjectNotFoundError && !(await isCurrent()))
      throw new StoreUnavailableError('other bytes have taken the place of the original', { cause: error });
    throw error;
  });
  await pipeline(body, count, createWriteStream(file), { signal });
  if (received !== original.size)
    throw new StoreUnavailableError(`${received} of ${original.size} bytes of ${original.objectKey} arrived`);
  const sha256 = hash.digest('hex');
  if (original.declaredSha256 !== null && original.declaredSha256 !== sha256)
    throw new RefusedFile(
      'CHECKSUM_MISMATCH',
      `The file's SHA-256 is ${sha256}; ${original.declaredSha256} was declared.`,
    );
  return sha256;
}
