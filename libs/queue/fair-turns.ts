import { Prisma } from '#libs/database/generated/client.js';

/**
 * Start-time fair queueing (Goyal, Vin, Cheng, 1996), as the CTE `clocks (queue, tier, tenant_id, finish)`. It wants
 * a CTE `wanted (kind, tier, tenant_id)` before it, a row a job, and moves each tenant's clock on by its jobs: they
 * start where the tenant's last one ends, but never before the job that is being served now. Of n jobs the first
 * has the tag finish - n, the last finish - 1.
 */
export const CLOCKS = Prisma.sql`
  asked AS (
    SELECT wanted.kind, wanted.tier, wanted.tenant_id, count(*) AS turns,
      COALESCE(max(served.virtual_time), 0) AS virtual_time
    FROM wanted LEFT JOIN queue_clocks AS served ON served.queue = wanted.kind AND served.tier = wanted.tier
    GROUP BY wanted.kind, wanted.tier, wanted.tenant_id
  ), clocks AS (
    INSERT INTO tenant_clocks AS mine (queue, tier, tenant_id, finish)
    -- In one order, so that two statements that want the same clocks do not deadlock.
    SELECT kind, tier, tenant_id, virtual_time + turns FROM asked ORDER BY kind, tier, tenant_id
    ON CONFLICT (queue, tier, tenant_id) DO UPDATE SET finish = GREATEST(excluded.finish, mine.finish + (
      SELECT turns FROM asked
      WHERE asked.kind = mine.queue AND asked.tier = mine.tier AND asked.tenant_id = mine.tenant_id))
    RETURNING queue, tier, tenant_id, finish
  )`;
