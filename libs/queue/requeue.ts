import type { Transaction } from '#libs/database/database.js';
import { CLOCKS } from './fair-turns.js';

/**
 * Lets jobs run again from the beginning, as if they had never been tried: they wait, at the end of their tenant's
 * line. Their past attempts stay on record. The caller holds the rows' locks and has made sure that none is ACTIVE;
 * wake the workers after the commit.
 */
export async function requeue(tx: Transaction, jobIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    WITH wanted AS (
      SELECT id, kind, tier, tenant_id,
        row_number() OVER (PARTITION BY kind, tier, tenant_id ORDER BY created_at DESC, id DESC) AS from_last
      FROM jobs WHERE id = ANY(${jobIds}::uuid[])
    ), ${CLOCKS}
    UPDATE jobs SET state = 'WAITING', attempts = 0, losses = 0, fair_tag = clocks.finish - wanted.from_last,
      run_at = now(), started_at = NULL, finished_at = NULL, error_code = NULL, error = NULL
    FROM wanted JOIN clocks ON clocks.queue = wanted.kind AND clocks.tier = wanted.tier
      AND clocks.tenant_id = wanted.tenant_id
    WHERE jobs.id = wanted.id`;
}
