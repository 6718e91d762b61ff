import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/database/database.js';
import type { Prisma } from '#libs/database/generated/client.js';
import { recordEvent } from '#libs/events/record.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import { live } from '../readable.js';

/** Puts assets into the trash: out of every list and URL at once, to be restored for a while. */
@Injectable()
export class TrashAssets {
  constructor(private readonly database: Database) {}

  /** @throws Problem ASSET_NOT_FOUND, also for the second of two deletions at once */
  async one(id: string, caller: Caller, origin: Origin): Promise<void> {
    const trashed = await this.database.transaction((tx) => trash(tx, { id }, caller, origin));
    if (trashed === 0) throw new Problem('ASSET_NOT_FOUND', 'There is no such asset.');
  }

  /** All files of a thing, or none. Returns how many they were. */
  of(resource: string, resourceId: string, caller: Caller, origin: Origin): Promise<number> {
    return this.database.transaction((tx) => trash(tx, { resource, resourceId }, caller, origin));
  }
}

async function trash(tx: Transaction, chosen: Prisma.AssetWhereInput, caller: Caller, origin: Origin): Promise<number> {
  const rows = await tx.asset.updateManyAndReturn({
    where: { ...chosen, tenantId: caller.tenantId, ...live() },
    data: { deletedAt: new Date() },
    select: { id: true, filename: true },
  });
  for (const { id, filename } of rows) {
    const subject = { type: 'asset', id } as const;
    await recordAudit(tx, { action: 'asset.deleted', actor: caller, subject, payload: { filename } }, origin);
    const about = { tenantId: caller.tenantId, subjectId: id, payload: { filename } };
    await recordEvent(tx, { type: 'asset.deleted', ...about });
  }
  return rows.length;
}
