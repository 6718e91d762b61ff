import { Prisma } from '#libs/database/generated/client.js';
import type { Transaction } from '#libs/database/database.js';
import { acrossTenants } from '#libs/database/wall/tenant-scope.js';

export interface NewBlob {
  tenantId: string;
  /** Where the bytes have just been put. */
  objectKey: string;
  /** Hex; null where nobody has read the bytes yet: then they are kept by themselves. */
  sha256: string | null;
  /** Bytes. */
  size: bigint;
}

/**
 * Counts one more asset that is of these bytes. Returns the key that has them: another one than was given when the
 * tenant has the same bytes already; the object at the given key is then for the caller to remove. One statement, so
 * that of two uploads at once one finds the other's row, and neither the row of a blob that is going.
 */
export async function takeBlob(tx: Transaction, { tenantId, objectKey, sha256, size }: NewBlob): Promise<string> {
  const [row] = await tx.$queryRaw<{ objectKey: string }[]>`
    INSERT INTO blobs AS blob (object_key, tenant_id, sha256, size)
    VALUES (${objectKey}, ${tenantId}::uuid, ${sha256}, ${size})
    ON CONFLICT (tenant_id, sha256) DO UPDATE SET refs = blob.refs + 1
    RETURNING object_key AS "objectKey"`;
  return row?.objectKey ?? objectKey;
}

/**
 * Counts assets down that are no longer of these bytes; a key is given once for each. Returns the keys whose last one
 * that was: nobody will ever be given them again, and their objects may go.
 */
export function releaseBlobs(tx: Transaction, objectKeys: readonly string[]): Promise<string[]> {
  // Keys are our own words for rows that were found with their tenant.
  return acrossTenants(() => release(tx, objectKeys));
}

async function release(tx: Transaction, objectKeys: readonly string[]): Promise<string[]> {
  if (objectKeys.length === 0) return [];
  const keys = [...objectKeys].sort();
  // In one order, so that two transactions never wait for each other.
  const rows = await tx.$queryRaw<{ objectKey: string; refs: number }[]>`
    SELECT object_key AS "objectKey", refs FROM blobs WHERE object_key = ANY(${keys}) ORDER BY object_key FOR UPDATE`;
  const left = new Map(rows.map(({ objectKey, refs }) => [objectKey, refs]));
  for (const key of keys) left.set(key, (left.get(key) ?? 1) - 1);
  const gone = [...left].filter(([, refs]) => refs <= 0).map(([key]) => key);
  await tx.$executeRaw`DELETE FROM blobs WHERE object_key = ANY(${gone})`;
  const kept = [...left].filter(([, refs]) => refs > 0);
  if (kept.length > 0)
    await tx.$executeRaw`
      UPDATE blobs SET refs = kept.refs
      FROM (VALUES ${Prisma.join(kept.map(([key, refs]) => Prisma.sql`(${key}, ${refs}::int)`))}) AS kept (key, refs)
      WHERE object_key = kept.key`;
  return gone;
}
