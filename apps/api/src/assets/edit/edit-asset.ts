import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import type { Prisma } from '#libs/database/generated/client.js';
import { recordEvent } from '#libs/events/record.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { withRenditions, type AssetRow } from '../asset-views.js';
import { live } from '../readable.js';
import { nameTaken } from '../trash/name-taken.js';
import type { EditInput } from './edit.schema.js';
import { refusalOf } from './refusal.js';

/** Changes what is said of an asset, if it is as the caller has seen it. */
@Injectable()
export class EditAsset {
  constructor(private readonly database: Database) {}

  /**
   * @param revisions any of which it may have; null: whatever it has
   * @throws Problem ASSET_NOT_FOUND, PRECONDITION_FAILED, ASSET_NAME_TAKEN
   */
  async run(
    id: string,
    input: EditInput,
    revisions: number[] | null,
    caller: Caller,
    origin: Origin,
  ): Promise<AssetRow> {
    const changed = Object.keys(input).sort().join(',');
    try {
      return await this.database.transaction(async (tx) => {
        const where = { id, tenantId: caller.tenantId, ...live() };
        const [row] = await tx.asset.updateManyAndReturn({
          where: { ...where, ...(revisions && { revision: { in: revisions } }) },
          data: { ...columns(input), revision: { increment: 1 } },
        });
        if (!row) throw await refusalOf(tx, id, caller.tenantId);
        const subject = { type: 'asset', id } as const;
        await recordAudit(tx, { action: 'asset.updated', actor: caller, subject, payload: { changed } }, origin);
        const payload = { revision: row.revision };
        await recordEvent(tx, { type: 'asset.updated', tenantId: caller.tenantId, subjectId: id, payload });
        return tx.asset.findUniqueOrThrow({ where: { id, tenantId: caller.tenantId }, include: withRenditions });
      });
    } catch (error) {
      throw nameTaken(error) ?? error;
    }
  }
}

function columns({ labels, description, expiresAt, ...plain }: EditInput): Prisma.AssetUpdateManyMutationInput {
  return {
    ...plain,
    ...(labels && { labels }),
    ...(description !== undefined && { description: description || null }),
    ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
  };
}
