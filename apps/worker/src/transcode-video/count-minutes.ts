import type { Database } from '#libs/database/database.js';
import { LeaseLostError } from '#libs/queue/leases.js';
import type { Quotas } from '#libs/quotas/quotas.js';
import type { TranscodeJob } from './save-streams.js';

/**
 * Charges the tenant with the length of a film, once, before anything is encoded of it: whoever begins at the same time
 * cannot have the same minutes.
 *
 * @throws QuotaExceededError
 */
export async function countMinutes(
  database: Database,
  quotas: Quotas,
  { job, assetId, version }: TranscodeJob,
  seconds: number,
): Promise<void> {
  const where = { assetId, version, countedSeconds: null };
  await database.transaction(async (tx) => {
    if ((await tx.transcode.count({ where })) === 0) return;
    await quotas.allowTranscoding(tx, job.tenantId, seconds);
    await quotas.countTranscoding(tx, job.tenantId, seconds);
    const { count } = await tx.transcode.updateMany({ where, data: { countedSeconds: Math.ceil(seconds) } });
    if (count === 0) throw new LeaseLostError('another run has counted it, or the asset is gone');
  });
}
