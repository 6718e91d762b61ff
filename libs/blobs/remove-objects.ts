import type { Transaction } from '#libs/database/database.js';
import { enqueue, type JobToken } from '#libs/queue/enqueue.js';

/** What is to go from the store. */
export interface Removal {
  tenantId: string;
  /** Keys of originals that nobody is of any longer. */
  originals: readonly string[];
  /** Prefixes of assets all of whose outputs are to go; originals below them stay, others may be of the same bytes. */
  outputsOf?: readonly string[];
}

/** So many a job: each is done well within its time. */
const BATCH = 100;

/**
 * Has objects removed: from `from` on, and once more when nobody can write there any longer, neither a run that was
 * cancelled nor whoever still has the upload's URL. Call it last in the transaction, as `enqueue`.
 *
 * @param leaseSeconds how long a run that was cancelled may go on
 */
export async function removeObjects(
  tx: Transaction,
  { tenantId, originals, outputsOf = [] }: Removal,
  { leaseSeconds, from = new Date() }: { leaseSeconds: number; from?: Date },
): Promise<JobToken[]> {
  const tokens: JobToken[] = [];
  const lastUploadMs = await untilUploadsEnd(tx, tenantId, originals);
  const again = new Date(
    Math.max(Date.now() + Math.max((leaseSeconds + 5) * 1000, lastUploadMs), from.getTime() + 1000),
  );
  for (let first = 0; first < Math.max(originals.length, outputsOf.length); first += BATCH) {
    const payload = {
      originals: originals.slice(first, first + BATCH),
      outputsOf: outputsOf.slice(first, first + BATCH),
    };
    const request = { kind: 'delete-objects', tenantId, payload } as const;
    tokens.push(await enqueue(tx, { ...request, runAt: from }), await enqueue(tx, { ...request, runAt: again }));
  }
  return tokens;
}

/** Milliseconds until the last URL to put something there ends, by the database's clock; 0 when none is known. */
async function untilUploadsEnd(tx: Transaction, tenantId: string, objectKeys: readonly string[]): Promise<number> {
  if (objectKeys.length === 0) return 0;
  const [row] = await tx.$queryRaw<{ milliseconds: number }[]>`
    SELECT COALESCE(extract(epoch FROM max(expires_at) - now()) * 1000, 0)::float8 AS milliseconds FROM uploads
    WHERE tenant_id = ${tenantId}::uuid AND object_key = ANY(${[...objectKeys]})`;
  return row?.milliseconds ?? 0;
}
