import { NoLongerSoError, purgeAssets } from '#libs/blobs/purge-assets.js';
import type { Database } from '#libs/database/database.js';
import { Prisma } from '#libs/database/generated/client.js';
import type { Dispatcher } from '#libs/queue/dispatcher.js';

/** Assets a transaction: short enough that nobody of their tenants waits for its locks. */
const BATCH = 200;
/** A round; the next one follows in seconds. */
const BATCHES = 10;

export interface PurgeOptions {
  leaseSeconds: number;
  trashDays: number;
}

/** Removes assets whose time is over, and those that have been in the trash for long enough. Returns how many. */
export async function purgeOverdue(
  database: Database,
  dispatcher: Dispatcher,
  { leaseSeconds, trashDays }: PurgeOptions,
): Promise<number> {
  const expired = Prisma.sql`expires_at IS NOT NULL AND expires_at <= now()`;
  const forgotten = Prisma.sql`deleted_at IS NOT NULL AND deleted_at <= now() - ${trashDays} * interval '1 day'`;
  let removed = 0;
  for (const [stillSo, order] of [
    [expired, Prisma.sql`expires_at`],
    [forgotten, Prisma.sql`deleted_at`],
  ] as const)
    for (let batch = 0; batch < BATCHES; batch++) {
      const count = await purgeBatch(database, dispatcher, { stillSo, order, leaseSeconds });
      removed += count;
      if (count < BATCH) break;
    }
  return removed;
}

async function purgeBatch(
  database: Database,
  dispatcher: Dispatcher,
  { stillSo, order, leaseSeconds }: { stillSo: Prisma.Sql; order: Prisma.Sql; leaseSeconds: number },
): Promise<number> {
  try {
    const tokens = await database.transaction(async (tx) => {
      // Not locked here: jobs are locked before assets, and who changes one meanwhile makes purgeAssets roll back.
      const chosen = await tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM assets WHERE ${stillSo} ORDER BY ${order} LIMIT ${BATCH}`;
      const ids = chosen.map(({ id }) => id);
      const { tokens: made } = await purgeAssets(tx, ids, { stillSo, leaseSeconds });
      return { count: ids.length, made };
    });
    await dispatcher.dispatch(tokens.made);
    return tokens.count;
  } catch (error) {
    if (error instanceof NoLongerSoError) return 0;
    throw error;
  }
}
