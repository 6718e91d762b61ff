import type { Transaction } from '#libs/database/database.js';
import type { JobState } from '#libs/database/generated/client.js';
import type { EndedJob } from '#libs/queue/leases.js';
import { isUuid } from '../http/uuid.js';
import { Problem } from '../problem/problem.js';

export interface LockedJob extends Omit<EndedJob, 'kind'> {
  kind: string;
  state: JobState;
}

export const jobNotFound = (): Problem => new Problem('JOB_NOT_FOUND', 'There is no such job.');

/** Keeps a job as it is until the transaction ends: no worker can take it meanwhile. @throws Problem JOB_NOT_FOUND */
export async function lockJob(tx: Transaction, id: string): Promise<LockedJob> {
  if (!isUuid(id)) throw jobNotFound();
  const [job] = await tx.$queryRaw<LockedJob[]>`
    SELECT id, kind, state, tenant_id AS "tenantId", asset_id AS "assetId", payload FROM jobs WHERE id = ${id}::uuid FOR UPDATE`;
  if (!job) throw jobNotFound();
  return job;
}
