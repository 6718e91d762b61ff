import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '#libs/database/database.js';
import { CLOCKS } from './fair-turns.js';
import { jobKinds } from './job-kinds.js';

/**
 * Has assets processed again, as bulk work that waits for whoever uploads. Each is a new version: what is served stays
 * as it is until the new outputs take its place. A READY asset stays READY; any other waits as if it had just been
 * uploaded. Assets whose processing is still to be done are left out; returns how many were not.
 *
 * The caller holds the locks of the assets' rows, taken in an earlier statement: then no two callers find the same asset
 * without a job. Call it late in the transaction, since it holds the tenants' clocks until the commit. Wake the workers
 * after that, or leave it to the reconciler.
 */
export async function reprocess(tx: Transaction, assetIds: readonly string[]): Promise<number> {
  const jobIds = assetIds.map(() => uuidv7());
  return tx.$executeRaw`
    WITH chosen AS (
      SELECT assets.id, assets.tenant_id, given.job_id, 1 + GREATEST(0, made.version,
        -- Completed jobs are forgotten after a while, what they made is not.
        (SELECT max(split_part(object_key, '/', 3)::int) FROM renditions WHERE asset_id = assets.id)) AS version
      FROM unnest(${assetIds}::uuid[], ${jobIds}::uuid[]) AS given (asset_id, job_id)
      JOIN assets ON assets.id = given.asset_id
      -- Asset by asset: with NOT EXISTS the planner may compare each with every job that waits.
      CROSS JOIN LATERAL (
        SELECT max((payload->>'version')::int) AS version,
          COALESCE(bool_or(state IN ('WAITING', 'DELAYED', 'ACTIVE')), false) AS unfinished
        FROM jobs WHERE asset_id = assets.id AND kind = 'process-asset') AS made
      WHERE NOT made.unfinished
    ), waiting AS (
      UPDATE assets SET status = 'PENDING', failure_code = NULL, failure_reason = NULL, updated_at = now()
      FROM chosen WHERE assets.id = chosen.id AND assets.status <> 'READY'
    ), wanted AS (
      SELECT 'process-asset' AS kind, 1::smallint AS tier, tenant_id FROM chosen
    ), ${CLOCKS}
    INSERT INTO jobs (id, kind, tenant_id, asset_id, payload, tier, fair_tag, max_attempts)
    SELECT job_id, 'process-asset', chosen.tenant_id, chosen.id, jsonb_build_object('version', version), 1,
      clocks.finish - row_number() OVER (PARTITION BY chosen.tenant_id ORDER BY chosen.id DESC),
      ${jobKinds['process-asset'].maxAttempts}
    FROM chosen JOIN clocks ON clocks.tenant_id = chosen.tenant_id`;
}
