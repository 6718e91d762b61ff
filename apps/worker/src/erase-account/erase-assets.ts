import { purgeAssets } from '#libs/blobs/purge-assets.js';
import type { Transaction } from '#libs/database/database.js';
import { Prisma } from '#libs/database/generated/client.js';
import { removeExports } from '../export-account/remove-exports.js';
import type { JobToken } from '#libs/queue/enqueue.js';

/** Few enough that nobody of the tenant waits for their locks. */
const BATCH = 50;

/**
 * Removes some of an account's assets for good, with the events that tell of them.
 * @returns the jobs to dispatch; null when nothing is left
 */
export async function eraseAssets(
  tx: Transaction,
  ownerId: string,
  tenantId: string,
  leaseSeconds: number,
): Promise<JobToken[] | null> {
  const where = { ownerId, tenantId };
  const rows = await tx.asset.findMany({ where, select: { id: true }, orderBy: { id: 'asc' }, take: BATCH });
  if (rows.length === 0) return null;
  const ids = rows.map(({ id }) => id);
  const stillSo = Prisma.sql`owner_id = ${ownerId}::uuid`;
  const { tokens } = await purgeAssets(tx, ids, { stillSo, leaseSeconds });
  await tx.event.deleteMany({ where: { subjectId: { in: ids }, tenantId } });
  return tokens;
}

/** Removes what was packed for an account. */
export async function eraseExports(tx: Transaction, userId: string, tenantId: string): Promise<JobToken[]> {
  const where = { userId, tenantId };
  const exports = await tx.accountExport.findMany({ where, select: { id: true, tenantId: true } });
  await tx.accountExport.deleteMany({ where });
  return removeExports(tx, exports);
}

/** Ends uploads that are waited for, for the sweep to clear away, and forgets the others and every name. */
export async function eraseUploads(tx: Transaction, ownerId: string, tenantId: string): Promise<void> {
  const where = { ownerId, tenantId };
  await tx.upload.updateMany({ where: { ...where, state: 'WAITING' }, data: { expiresAt: new Date(), filename: '-' } });
  await tx.upload.deleteMany({ where: { ...where, state: { not: 'WAITING' } } });
}
