import type { Database } from '#libs/database/database.js';
import { recordEvent } from '#libs/events/record.js';
import { cancelJobsOf } from '#libs/queue/cancel.js';
import { ObjectNotFoundError } from '#libs/storage/object-store.js';
import { toFailure } from '../../running/failure.js';
import { countOf } from '../format.js';
import type { Patient } from './patient.js';
import type { Problem } from '../problems.js';
import { progress } from '../progress.js';
import type { Found } from '../survey/survey.js';

/** Asked of the store at the same time. */
const BATCH = 20;

/** Makes assets FAILED whose original the store does not have, when asked for it by name either. Returns how many. */
export async function markLost({ store, database, survey, say }: Patient, problem: Problem): Promise<number> {
  const tell = progress(say);
  let marked = 0;
  for await (const batch of survey.batches(problem, BATCH)) {
    const heads = await Promise.all(batch.map(({ key }) => store.head(key)));
    for (const found of batch.filter((_, index) => heads[index] === null))
      if (await giveUpAsset(database, found)) marked += 1;
    tell(() => `${countOf(marked, 'asset')} marked as lost`);
  }
  return marked;
}

/** False when the asset has been deleted. */
async function giveUpAsset(database: Database, { key, assetId }: Found): Promise<boolean> {
  const { code, detail: reason } = toFailure(new ObjectNotFoundError(key));
  const where = { id: assetId ?? '', objectKey: key };
  const asset = await database.client.asset.findFirst({ where, select: { id: true, tenantId: true } });
  if (!asset) return false;
  return database.transaction(async (tx) => {
    // Jobs before the asset: the order in which a worker that commits takes them.
    await cancelJobsOf(tx, asset.id, asset.tenantId);
    const data = { status: 'FAILED', failureCode: code, failureReason: reason } as const;
    const { count } = await tx.asset.updateMany({ where, data });
    if (count === 0) return false;
    const payload = { code, reason };
    await recordEvent(tx, { type: 'asset.failed', tenantId: asset.tenantId, subjectId: asset.id, payload });
    return true;
  });
}
