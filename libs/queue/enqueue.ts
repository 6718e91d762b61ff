import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '#libs/database/database.js';
import { CLOCKS } from './fair-turns.js';
import { jobKinds, type JobKind } from './job-kinds.js';
import type { JobPayloads } from './job-payloads.js';

export interface JobRequest<Kind extends JobKind = JobKind> {
  kind: Kind;
  tenantId: string;
  assetId?: string;
  payload: JobPayloads[Kind];
  /** 'bulk' work waits until no interactive job of its kind does. */
  tier?: 'interactive' | 'bulk';
  /** Not before this; now when absent. */
  runAt?: Date;
}

/** A job row that the queue has yet to be told of. */
export interface JobToken {
  jobId: string;
  kind: JobKind;
  /** Numbers the token: one for each time the job becomes ready to run. */
  starts: number;
  /** Milliseconds until it may run. */
  delayMs: number;
}

/**
 * Records work to be done in the transaction of the fact that causes it; dispatch what it returns
 * after the commit. Call it last in the transaction: it holds the tenant's clock until the commit.
 */
export async function enqueue<Kind extends JobKind>(tx: Transaction, request: JobRequest<Kind>): Promise<JobToken> {
  const id = uuidv7();
  const { kind, tenantId, assetId = null, payload } = request;
  const tier = request.tier === 'bulk' ? 1 : 0;
  const delayMs = Math.max(0, (request.runAt?.getTime() ?? 0) - Date.now());
  await tx.$executeRaw`
    WITH wanted (kind, tier, tenant_id) AS (VALUES (${kind}, ${tier}::smallint, ${tenantId}::uuid)), ${CLOCKS}
    INSERT INTO jobs (id, kind, tenant_id, asset_id, payload, tier, fair_tag, max_attempts, state, run_at)
    SELECT ${id}::uuid, ${kind}, ${tenantId}::uuid, ${assetId}::uuid, ${JSON.stringify(payload)}::jsonb, ${tier},
      clocks.finish - 1, ${jobKinds[kind].maxAttempts}, ${delayMs > 0 ? 'DELAYED' : 'WAITING'}::job_state,
      now() + ${delayMs} * interval '1 millisecond'
    FROM clocks`;
  return { jobId: id, kind, starts: 0, delayMs };
}
