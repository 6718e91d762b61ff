import type { Database } from '#libs/database/database.js';
import type { Listener } from './listener.js';

/** Assets that one connection may watch at a time. */
export const WATCHED_AT_ONCE = 100;

interface Settled {
  id: string;
  status: 'READY' | 'FAILED';
  failureCode: string | null;
  failureReason: string | null;
}

/** Tells each listener of those of its assets that are READY or FAILED, once: then they are watched no longer. */
export async function tellSettled(database: Database, listeners: readonly Listener[]): Promise<void> {
  const ids = [...new Set(listeners.flatMap(({ watched }) => [...watched]))];
  if (ids.length === 0) return;
  const settled = await database.query<Settled>(
    'live.settled-assets',
    `SELECT id, status, failure_code AS "failureCode", failure_reason AS "failureReason"
     FROM assets WHERE id = ANY($1::uuid[]) AND status IN ('READY', 'FAILED')`,
    [ids],
  );
  for (const { id, status, failureCode, failureReason } of settled)
    for (const { open, watched, channel } of listeners) {
      if (!open || !watched.delete(id)) continue;
      if (status === 'READY') channel.send('asset.ready', { assetId: id });
      else channel.send('asset.failed', { assetId: id, code: failureCode, reason: failureReason });
    }
}

/** How an asset of the tenant stands; null when the tenant has no such asset. */
export async function statusOf(database: Database, id: string, tenantId: string): Promise<string | null> {
  const asset = await database.client.asset.findFirst({ where: { id, tenantId }, select: { status: true } });
  return asset?.status ?? null;
}
