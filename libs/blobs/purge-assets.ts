import { type Prisma } from '#libs/database/generated/client.js';
import type { Transaction } from '#libs/database/database.js';
import { acrossTenants } from '#libs/database/wall/tenant-scope.js';
import { recordEvents } from '#libs/events/record.js';
import { cancelJobsOfAll } from '#libs/queue/cancel.js';
import type { JobToken } from '#libs/queue/enqueue.js';
import { assetPrefix } from '#libs/storage/keys.js';
import { releaseBlobs } from './blobs.js';
import { removeObjects } from './remove-objects.js';

export interface Purged {
  id: string;
  tenantId: string;
  filename: string;
  size: bigint;
}

/** Somebody changed an asset between the choice and the deed: roll back, and choose again. */
export class NoLongerSoError extends Error {
  override readonly name = 'NoLongerSoError';
}

/**
 * Removes assets for good: their rows now, what is made of them and bytes that nobody else is of by jobs, which are
 * tried until it is done. Dispatch the tokens after the commit.
 *
 * @param ids of those that were chosen
 * @param stillSo what they were chosen for, asked again under their locks
 * @throws NoLongerSoError when that is true of fewer than were chosen
 */
export function purgeAssets(
  tx: Transaction,
  ids: readonly string[],
  options: { stillSo: Prisma.Sql; leaseSeconds: number },
): Promise<{ purged: Purged[]; tokens: JobToken[] }> {
  // The clocks purge for many tenants at once; who asks for one has chosen the ids with their tenant.
  return acrossTenants(() => purge(tx, ids, options));
}

async function purge(
  tx: Transaction,
  ids: readonly string[],
  { stillSo, leaseSeconds }: { stillSo: Prisma.Sql; leaseSeconds: number },
): Promise<{ purged: Purged[]; tokens: JobToken[] }> {
  if (ids.length === 0) return { purged: [], tokens: [] };
  // Jobs before assets: the order in which a worker that commits takes them.
  await cancelJobsOfAll(tx, ids);
  const rows = await tx.$queryRaw<(Purged & { objectKey: string; next: string | null })[]>`
    SELECT id, tenant_id AS "tenantId", filename, size, assets.object_key AS "objectKey",
      (SELECT object_key FROM replacements WHERE asset_id = assets.id) AS next
    FROM assets WHERE id = ANY(${ids}::uuid[]) AND ${stillSo} ORDER BY id FOR UPDATE`;
  if (rows.length < ids.length) throw new NoLongerSoError(`${ids.length - rows.length} assets have changed meanwhile`);
  await tx.$executeRaw`DELETE FROM assets WHERE id = ANY(${ids}::uuid[])`;
  const dead = new Set(
    await releaseBlobs(
      tx,
      rows.flatMap(({ objectKey, next }) => (next ? [objectKey, next] : objectKey)),
    ),
  );
  await recordEvents(
    tx,
    rows.map(({ id, tenantId, filename }) => ({
      type: 'asset.purged',
      tenantId,
      subjectId: id,
      payload: { filename },
    })),
  );
  const tokens: JobToken[] = [];
  for (const [tenantId, assets] of byTenant(rows)) {
    const keys = assets.flatMap(({ objectKey, next }) => [objectKey, next]);
    const originals = [...new Set(keys)].filter((key) => key !== null && dead.has(key)) as string[];
    const outputsOf = assets.map(({ id }) => assetPrefix(tenantId, id));
    tokens.push(...(await removeObjects(tx, { tenantId, originals, outputsOf }, { leaseSeconds })));
  }
  return { purged: rows.map(({ id, tenantId, filename, size }) => ({ id, tenantId, filename, size })), tokens };
}

/** In one order, so that two transactions never wait for each other's tenant clock. */
function byTenant<Row extends { tenantId: string }>(rows: readonly Row[]): [string, Row[]][] {
  const tenants = new Map<string, Row[]>();
  for (const row of rows) tenants.set(row.tenantId, [...(tenants.get(row.tenantId) ?? []), row]);
  return [...tenants].sort(([a], [b]) => (a < b ? -1 : 1));
}
