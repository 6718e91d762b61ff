import type { Transaction } from '#libs/database/database.js';
import { enqueue, type JobToken } from '#libs/queue/enqueue.js';
import { assetPrefix } from '#libs/storage/keys.js';

/** Safe however late it runs: an asset never goes back to an older version than it has shown. */
export function removeVersionsBefore(
  tx: Transaction,
  { id, tenantId }: { id: string; tenantId: string },
  version: number,
  runAt: Date,
): Promise<JobToken> {
  const payload = { versionsOf: assetPrefix(tenantId, id), before: version };
  return enqueue(tx, { kind: 'delete-objects', tenantId, payload, tier: 'bulk', runAt });
}
