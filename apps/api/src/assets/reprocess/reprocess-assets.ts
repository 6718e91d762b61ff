import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/database/database.js';
import { Prisma } from '#libs/database/generated/client.js';
import { reprocess } from '#libs/queue/reprocess.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { WakeWorkers } from '../../jobs/wake-workers.js';
import type { Reprocessed, ReprocessFilter } from './reprocess.schema.js';

/** Assets a transaction: short enough that nobody waits for its locks. */
const BATCH = 500;
/** Before every id. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Has every asset that matches processed anew, as bulk work. */
@Injectable()
export class ReprocessAssets {
  constructor(
    private readonly database: Database,
    private readonly wakeWorkers: WakeWorkers,
  ) {}

  async run(filter: ReprocessFilter, caller: Caller, origin: Origin): Promise<Reprocessed> {
    // Assets that come meanwhile are processed by what is new already.
    const bounded = { createdTo: new Date().toISOString(), ...filter };
    let queued = 0;
    for (let after = FIRST, more = true; more;) {
      const batch = await this.database.transaction(async (tx) => {
        const ids = await lockMatching(tx, bounded, after);
        const made = await reprocess(tx, ids);
        // One row for all of it, in the first transaction: what follows is cut short by nothing but a crash.
        if (queued === 0 && made > 0)
          await recordAudit(tx, { action: 'asset.reprocessed', actor: caller, payload: summarize(filter) }, origin);
        return { ids, made };
      });
      // The first of many jobs need not wait for the last to be written.
      if (queued === 0 && batch.made > 0) await this.wakeWorkers.of(['process-asset']);
      queued += batch.made;
      after = batch.ids.at(-1) ?? after;
      more = batch.ids.length === BATCH;
    }
    if (queued > BATCH) await this.wakeWorkers.of(['process-asset']);
    return { queued };
  }
}

/** The next assets that match, in the order of their ids, kept as they are until the transaction ends. */
async function lockMatching(tx: Transaction, filter: ReprocessFilter, after: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM assets WHERE ${Prisma.join([Prisma.sql`id > ${after}::uuid`, ...conditions(filter)], ' AND ')}
    ORDER BY id LIMIT ${BATCH} FOR NO KEY UPDATE`;
  return rows.map((row) => row.id);
}

function conditions({ status, kind, mimeType, tenantId, assetIds, createdFrom, createdTo }: ReprocessFilter) {
  return [
    ...(status ? [Prisma.sql`status = ${status}::asset_status`] : []),
    ...(kind ? [Prisma.sql`kind = ${kind}::asset_kind`] : []),
    ...(mimeType ? [Prisma.sql`mime_type = ${mimeType}`] : []),
    ...(tenantId ? [Prisma.sql`tenant_id = ${tenantId}::uuid`] : []),
    ...(assetIds ? [Prisma.sql`id = ANY(${assetIds}::uuid[])`] : []),
    ...(createdFrom ? [Prisma.sql`created_at >= ${createdFrom}::timestamptz`] : []),
    ...(createdTo ? [Prisma.sql`created_at < ${createdTo}::timestamptz`] : []),
  ];
}

/** The filter as the audit log keeps it; a thousand ids as their number. */
const summarize = ({ assetIds, ...filter }: ReprocessFilter): Record<string, string | number> => ({
  ...filter,
  ...(assetIds && { assetIds: assetIds.length }),
});
