import type { Transaction } from '#libs/database/database.js';
import type { JobFailure } from './leases.js';

/**
 * Cancels what is still to be done for an asset. A run under way loses its lease: it can commit nothing,
 * and its worker ends it at its next renewal.
 */
export async function cancelJobsOf(tx: Transaction, assetId: string, tenantId: string): Promise<void> {
  await tx.$executeRaw`
    WITH cancelled AS (
      UPDATE jobs SET state = 'CANCELLED', lease_token = NULL, lease_expires_at = NULL, finished_at = now()
      WHERE asset_id = ${assetId}::uuid AND tenant_id = ${tenantId}::uuid AND state IN ('WAITING', 'DELAYED', 'ACTIVE')
      RETURNING id
    )
    UPDATE job_attempts SET outcome = 'CANCELLED', finished_at = now()
    FROM cancelled WHERE job_id = cancelled.id AND outcome = 'RUNNING'`;
}

/** Cancels one job that has yet to end, with the reason; the caller holds its lock. */
export async function cancelJob(tx: Transaction, id: string, { code, detail }: JobFailure): Promise<void> {
  await tx.$executeRaw`
    WITH cancelled AS (
      UPDATE jobs SET state = 'CANCELLED', lease_token = NULL, lease_expires_at = NULL, finished_at = now(),
        error_code = ${code}, error = ${detail}
      WHERE id = ${id}::uuid AND state IN ('WAITING', 'DELAYED', 'ACTIVE')
      RETURNING id
    )
    UPDATE job_attempts SET outcome = 'CANCELLED', finished_at = now(), error_code = ${code}, error = ${detail}
    FROM cancelled WHERE job_id = cancelled.id AND outcome = 'RUNNING'`;
}

/** The same for many assets, of whatever tenants. */
export async function cancelJobsOfAll(tx: Transaction, assetIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    WITH chosen AS MATERIALIZED (
      -- In one order, so that two transactions never wait for each other.
      SELECT id FROM jobs WHERE asset_id = ANY(${assetIds}::uuid[]) AND state IN ('WAITING', 'DELAYED', 'ACTIVE')
      ORDER BY id FOR UPDATE
    ), cancelled AS (
      UPDATE jobs SET state = 'CANCELLED', lease_token = NULL, lease_expires_at = NULL, finished_at = now()
      FROM chosen WHERE jobs.id = chosen.id
      RETURNING jobs.id
    )
    UPDATE job_attempts SET outcome = 'CANCELLED', finished_at = now()
    FROM cancelled WHERE job_id = cancelled.id AND outcome = 'RUNNING'`;
}
