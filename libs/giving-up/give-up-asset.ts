import type { Transaction } from '#libs/database/database.js';
import type { Prisma } from '#libs/database/generated/client.js';
import { recordEvent } from '#libs/events/record.js';
import type { JobFailure, LeasedJob } from '#libs/queue/leases.js';
import { lockServedVersion } from './served-version.js';

const REPROCESSING_FAILED = 'REPROCESSING_FAILED';

type AssetJob = Pick<LeasedJob, 'tenantId' | 'assetId'>;

/**
 * Says on the asset that its job has FAILED for good, in the transaction that makes it so. An asset that is READY stays
 * so, with all that an earlier version made of it: it is warned of, and the administrator finds the job.
 *
 * @param failed the version of the processing that has failed, and the content that waited for it, if any did
 */
export async function giveUpAsset(
  tx: Transaction,
  job: AssetJob,
  { version, content }: { version: number; content: number | null },
  failure: JobFailure,
): Promise<void> {
  if (job.assetId === null) return;
  const served = await lockServedVersion(tx, job.assetId);
  if (served === null) return;
  if (content !== null && !(await isWanted(tx, job.assetId, content))) return;
  const { code, detail: reason } = failure;
  const about = { tenantId: job.tenantId, subjectId: job.assetId, payload: { code, reason } };
  const failed = await tx.asset.updateMany({
    where: { id: job.assetId, status: { not: 'READY' } },
    data: { status: 'FAILED', failureCode: code, failureReason: reason },
  });
  if (failed.count > 0) return recordEvent(tx, { type: 'asset.failed', ...about });
  // A later version has succeeded: nothing of this failure concerns anybody but the administrator.
  if (served > version) return;
  const what = content === null ? 'Processing it anew failed' : 'The file uploaded last cannot be used';
  await warn(tx, job.assetId, `${what}, what was made of it before is kept. ${reason}`);
  await recordEvent(tx, { type: 'asset.reprocessing-failed', ...about });
}

/** Whether the content is served or waits to be; it stays so that an administrator can have it tried again. */
async function isWanted(tx: Transaction, id: string, content: number): Promise<boolean> {
  const either = [{ version: content }, { replacement: { version: content } }];
  return (await tx.asset.count({ where: { id, OR: either } })) > 0;
}

/** Adds the warning, in the place of an earlier one of its kind. */
async function warn(tx: Transaction, id: string, detail: string): Promise<void> {
  const { warnings } = await tx.asset.findUniqueOrThrow({ where: { id }, select: { warnings: true } });
  const others = (warnings as Prisma.JsonObject[]).filter(({ code }) => code !== REPROCESSING_FAILED);
  const data = { warnings: [...others, { code: REPROCESSING_FAILED, detail }] };
  await tx.asset.update({ where: { id }, data, select: { id: true } });
}
