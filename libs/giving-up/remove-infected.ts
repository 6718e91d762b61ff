import { v7 as uuidv7 } from 'uuid';
import { removeObjects } from '#libs/blobs/remove-objects.js';
import type { Transaction } from '#libs/database/database.js';
import { recordEvent } from '#libs/events/record.js';
import type { JobFailure, LeasedJob } from '#libs/queue/leases.js';

/**
 * Removes the bytes in which a virus was found, and tells administrators, in the transaction that ends their job. The
 * asset stays, FAILED with the reason; one whose newest content alone is infected keeps what it served before.
 *
 * @param content the version of the content that the job was for; null: what is served
 */
export async function removeInfected(
  tx: Transaction,
  { tenantId, assetId }: Pick<LeasedJob, 'tenantId' | 'assetId'>,
  content: number | null,
  { code, detail: reason }: JobFailure,
  leaseSeconds: number,
): Promise<void> {
  if (assetId === null) return;
  const asset = await tx.asset.findUnique({ where: { id: assetId, tenantId }, include: { replacement: true } });
  if (!asset) return;
  const isServed = content === null || content === asset.version;
  const objectKey = isServed ? asset.objectKey : asset.replacement?.objectKey;
  if (objectKey === undefined) return;
  // Also of one that was READY before the scanner knew the virus.
  if (isServed)
    await tx.asset.update({
      where: { id: assetId },
      data: { status: 'FAILED', failureCode: code, failureReason: reason },
      select: { id: true },
    });
  // Nobody who uploads the same bytes again shall be given these.
  await tx.blob.updateMany({ where: { objectKey, tenantId }, data: { sha256: null } });
  const payload = { filename: asset.filename, reason };
  const subject = { subjectType: 'asset', subjectId: assetId };
  await tx.auditLog.create({
    data: { id: uuidv7(), tenantId, action: 'asset.infected', ...subject, payload },
    select: { id: true },
  });
  await recordEvent(tx, { type: 'asset.infected', tenantId, subjectId: assetId, payload });
  await removeObjects(tx, { tenantId, originals: [objectKey] }, { leaseSeconds });
}
