import type { Transaction } from '#libs/database/database.js';
import { enqueue, type JobToken } from '#libs/queue/enqueue.js';
import { assetPrefix } from '#libs/storage/keys.js';

/** Has the objects of exports removed whose rows are gone. */
export async function removeExports(
  tx: Transaction,
  exports: readonly { id: string; tenantId: string }[],
): Promise<JobToken[]> {
  const tokens: JobToken[] = [];
  // In one order, so that two transactions never wait for each other's tenant clock.
  for (const { id, tenantId } of [...exports].sort((a, b) => a.tenantId.localeCompare(b.tenantId)))
    tokens.push(
      await enqueue(tx, { kind: 'delete-objects', tenantId, payload: { prefix: assetPrefix(tenantId, id) } }),
    );
  return tokens;
}
