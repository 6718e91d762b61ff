import type { Database } from '#libs/database/database.js';
import type { Dispatcher } from '#libs/queue/dispatcher.js';
import { enqueue } from '#libs/queue/enqueue.js';
import { removeExports } from '../export-account/remove-exports.js';
import { assetPrefix } from '#libs/storage/keys.js';

const BATCH = 500;
/** What was on its way when an upload expired has arrived by then, and is removed as well. */
const LATE_ARRIVAL_MS = 3_600_000;

/** Ends uploads whose time is over; whatever was put at their URL is removed. Returns how many. */
export async function expireUploads(database: Database, dispatcher: Dispatcher): Promise<number> {
  const tokens = await database.transaction(async (tx) => {
    const overdue = await tx.$queryRaw<{ tenantId: string; assetId: string }[]>`
      UPDATE uploads SET state = 'EXPIRED'
      WHERE id IN (SELECT id FROM uploads WHERE state = 'WAITING' AND expires_at < now()
                   ORDER BY expires_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
      RETURNING tenant_id AS "tenantId", asset_id AS "assetId"`;
    const made = [];
    // In one order, so that two transactions never wait for each other's tenant clock.
    for (const { tenantId, assetId } of overdue.sort((a, b) => a.tenantId.localeCompare(b.tenantId)))
      for (const runAt of [new Date(), new Date(Date.now() + LATE_ARRIVAL_MS)]) {
        const payload = { prefix: assetPrefix(tenantId, assetId) };
        made.push(await enqueue(tx, { kind: 'delete-objects', tenantId, payload, runAt }));
      }
    return made;
  });
  await dispatcher.dispatch(tokens);
  return tokens.length;
}

/** Removes what was packed for accounts whose time to fetch it is over. Returns how many. */
export async function expireExports(database: Database, dispatcher: Dispatcher): Promise<number> {
  const tokens = await database.transaction(async (tx) => {
    const overdue = await tx.$queryRaw<{ tenantId: string; id: string }[]>`
      DELETE FROM account_exports
      WHERE id IN (SELECT id FROM account_exports WHERE expires_at < now()
                   ORDER BY expires_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
      RETURNING tenant_id AS "tenantId", id`;
    return removeExports(tx, overdue);
  });
  await dispatcher.dispatch(tokens);
  return tokens.length;
}

/** Removes rows that nobody will ask for again, a batch at a time so that no table is locked for long. */
const FORGET = {
  'dead-workers': `DELETE FROM workers WHERE seen_at < now() - interval '1 hour'`,
  'throttle-hits': `DELETE FROM throttle_hits WHERE (key, throttler) IN
    (SELECT key, throttler FROM throttle_hits WHERE expires_at < now() LIMIT 5000)
    AND expires_at < now()`,
  'old-sessions': `DELETE FROM sessions WHERE id IN
    (SELECT id FROM sessions WHERE expires_at < now() - interval '30 days' LIMIT 1000)`,
  'done-jobs': `DELETE FROM jobs WHERE id IN
    (SELECT id FROM jobs WHERE state IN ('COMPLETED', 'CANCELLED') AND finished_at < now() - interval '14 days' LIMIT 1000)`,
  'old-invitations': `DELETE FROM invitations WHERE id IN
    (SELECT id FROM invitations WHERE expires_at < now() - interval '30 days' LIMIT 1000)`,
  'idempotency-keys': `DELETE FROM idempotency_keys WHERE (user_id, key) IN
    (SELECT user_id, key FROM idempotency_keys WHERE created_at < now() - interval '24 hours' LIMIT 5000)`,
  'ended-uploads': `DELETE FROM uploads WHERE id IN
    (SELECT id FROM uploads WHERE state IN ('EXPIRED', 'REJECTED', 'CANCELLED') AND expires_at < now() - interval '30 days' LIMIT 1000)`,
} as const;

export async function forgetOldRows(database: Database): Promise<void> {
  for (const [name, statement] of Object.entries(FORGET)) await database.query(`forget-${name}`, statement, []);
}
