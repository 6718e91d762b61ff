import type { Transaction } from '#libs/database/database.js';
import { versionOf } from '#libs/storage/keys.js';

/**
 * The version of the processing whose outputs an asset shows, 0 when it has none; null when the asset is gone. Nobody
 * else can change it until the transaction ends.
 */
export async function lockServedVersion(tx: Transaction, assetId: string): Promise<number | null> {
  const found = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM assets WHERE id = ${assetId}::uuid FOR NO KEY UPDATE`;
  if (found.length === 0) return null;
  const renditions = await tx.rendition.findMany({ where: { assetId }, select: { objectKey: true } });
  return Math.max(0, ...renditions.map(({ objectKey }) => versionOf(objectKey)));
}
