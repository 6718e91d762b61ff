import type { Transaction } from '#libs/database/database.js';
import type { AssetStatus, Upload } from '#libs/database/generated/client.js';

/** The file that is at a resource under the name of one that comes. */
export interface Namesake {
  id: string;
  status: AssetStatus;
  /** Of the content that is served. */
  version: number;
  /** Content that waits to be served. */
  replacement: { version: number; objectKey: string } | null;
  /** The first version of the processing that nothing has been stored under. */
  nextProcessing: number;
}

/** Of all that may hold advisory locks, the number of those that bring a file to a resource. */
const NAMES_LOCK = 4_203;

/**
 * Finds the file of the upload's name at its resource, and locks it; null when there is none, or the upload belongs to
 * nothing. Either way nobody else brings one of that name until the transaction ends.
 */
export async function lockNamesake(
  tx: Transaction,
  { tenantId, resource, resourceId, filename }: Upload,
): Promise<Namesake | null> {
  if (resource === null || resourceId === null) return null;
  const name = JSON.stringify([tenantId, resource, resourceId, filename]);
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${NAMES_LOCK}::int, hashtext(${name}))`;
  const where = { tenantId, resource, resourceId, filename, deletedAt: null };
  // One whose time is over has left the place, although the sweep has yet to come by.
  await tx.asset.updateMany({ where: { ...where, expiresAt: { lte: new Date() } }, data: { deletedAt: new Date() } });
  const rows = await tx.$queryRaw<{ id: string; status: AssetStatus; version: number }[]>`
    SELECT id, status, version FROM assets
    WHERE tenant_id = ${tenantId}::uuid AND resource = ${resource} AND resource_id = ${resourceId}
      AND filename = ${filename} AND deleted_at IS NULL
    FOR NO KEY UPDATE`;
  const [asset] = rows;
  if (!asset) return null;
  const replacement = await tx.replacement.findUnique({
    where: { assetId: asset.id },
    select: { version: true, objectKey: true },
  });
  return { ...asset, replacement, nextProcessing: await nextProcessing(tx, tenantId, asset.id) };
}

async function nextProcessing(tx: Transaction, tenantId: string, assetId: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ next: number }[]>`
    SELECT 1 + GREATEST(1,
      (SELECT max((payload->>'version')::int) FROM jobs
        WHERE asset_id = ${assetId}::uuid AND tenant_id = ${tenantId}::uuid AND kind = 'process-asset'),
      -- Completed jobs are forgotten after a while, what they made is not.
      (SELECT max(split_part(object_key, '/', 3)::int) FROM renditions WHERE asset_id = ${assetId}::uuid)) AS next`;
  return row?.next ?? 2;
}
