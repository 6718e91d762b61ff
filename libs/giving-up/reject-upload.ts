import type { Transaction } from '#libs/database/database.js';
import { recordEvent } from '#libs/events/record.js';
import { enqueue } from '#libs/queue/enqueue.js';
import type { JobFailure, LeasedJob } from '#libs/queue/leases.js';
import { assetPrefix } from '#libs/storage/keys.js';

/** Ends an upload whose file could not be fetched: its room is given back, and whoever wanted it is told why. */
export async function rejectUpload(
  tx: Transaction,
  { tenantId }: Pick<LeasedJob, 'tenantId'>,
  id: string,
  { code, detail: reason }: JobFailure,
  leaseSeconds: number,
): Promise<void> {
  const upload = await tx.upload.findFirst({ where: { id, tenantId, state: 'WAITING' } });
  if (!upload) return;
  const data = { state: 'REJECTED', rejectionCode: code, rejectionReason: reason, sourceUrl: null } as const;
  await tx.upload.update({ where: { id, tenantId, state: 'WAITING' }, data, select: { id: true } });
  const payload = { code, reason, filename: upload.filename };
  await recordEvent(tx, { type: 'upload.rejected', tenantId, subjectId: id, payload });
  const removal = {
    kind: 'delete-objects',
    tenantId,
    payload: { prefix: assetPrefix(tenantId, upload.assetId) },
  } as const;
  await enqueue(tx, removal);
  // Once more when a run that was cancelled can write no longer.
  await enqueue(tx, { ...removal, runAt: new Date(Date.now() + (leaseSeconds + 5) * 1000) });
}
