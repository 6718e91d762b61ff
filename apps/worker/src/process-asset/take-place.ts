import { releaseBlobs } from '#libs/blobs/blobs.js';
import type { Transaction } from '#libs/database/database.js';
import type { Asset } from '#libs/database/generated/client.js';

/**
 * Makes content that waited what its asset serves; content that is served already stays. The caller holds the asset's
 * lock. Returns the keys of bytes that nobody is of any longer, or null when the content is neither served nor waits.
 */
export async function takePlace(tx: Transaction, asset: Asset, content: number): Promise<string[] | null> {
  const where = { id: asset.id };
  const served = await tx.asset.findUniqueOrThrow({ where, select: { version: true, objectKey: true } });
  if (served.version === content) return [];
  const { count } = await tx.replacement.deleteMany({ where: { assetId: asset.id, version: content } });
  if (count === 0) return null;
  const { objectKey, mimeType, kind, size, sha256 } = asset;
  const data = { version: content, objectKey, mimeType, kind, size, sha256 };
  await tx.asset.update({ where, data, select: { id: true } });
  return releaseBlobs(tx, [served.objectKey]);
}
