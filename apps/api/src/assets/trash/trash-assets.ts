import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import type { Prisma } from '#libs/database/generated/client.js';
import { recordEvents } from '#libs/events/record.js';
import { recordAudits } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { noSuchAsset, outcomeOf, type Outcome } from '../bulk/outcome.js';
import { live } from '../readable.js';

/** Puts assets into the trash: out of every list and URL at once, to be restored for a while. */
@Injectable()
export class TrashAssets {
  constructor(private readonly database: Database) {}

  /** @throws Problem ASSET_NOT_FOUND, also for the second of two deletions at once */
  async one(id: string, caller: Caller, origin: Origin): Promise<void> {
    const trashed = await this.trash({ id }, caller, origin);
    if (trashed.length === 0) throw noSuchAsset();
  }

  async many(ids: readonly string[], caller: Caller, origin: Origin): Promise<Outcome> {
    return outcomeOf(ids, await this.trash({ id: { in: [...ids] } }, caller, origin));
  }

  /** All files of a thing, or none. Returns how many they were. */
  async of(resource: string, resourceId: string, caller: Caller, origin: Origin): Promise<number> {
    return (await this.trash({ resource, resourceId }, caller, origin)).length;
  }

  /** @returns the ids of those that it was done with */
  private trash(chosen: Prisma.AssetWhereInput, caller: Caller, origin: Origin): Promise<string[]> {
    const { tenantId } = caller;
    return this.database.transaction(async (tx) => {
      const rows = await tx.asset.updateManyAndReturn({
        where: { ...chosen, tenantId, ...live() },
        data: { deletedAt: new Date() },
        select: { id: true, filename: true },
      });
      const told = rows.map(({ id, filename }) => ({ id, payload: { filename } }));
      await recordAudits(
        tx,
        told.map(({ id, payload }) => ({
          action: 'asset.deleted',
          actor: caller,
          subject: { type: 'asset', id },
          payload,
        })),
        origin,
      );
      await recordEvents(
        tx,
        told.map(({ id, payload }) => ({ type: 'asset.deleted', tenantId, subjectId: id, payload })),
      );
      return rows.map(({ id }) => id);
    });
  }
}
