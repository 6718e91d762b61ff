import type { Database } from '#libs/database/database.js';
import type { LeasedJob } from '#libs/queue/leases.js';

/** Takes a step only if the job was cancelled, and keeps it from being tried again meanwhile; says whether it did. */
export const whileCancelled =
  (database: Database, { id }: LeasedJob) =>
  (step: () => Promise<void>): Promise<boolean> =>
    database.transaction(async (tx) => {
      const found = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM jobs WHERE id = ${id}::uuid AND state = 'CANCELLED' FOR UPDATE`;
      if (found.length > 0) await step();
      return found.length > 0;
    });
