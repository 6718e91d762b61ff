import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/database/database.js';
import { Prisma } from '#libs/database/generated/client.js';
import { recordEvent } from '#libs/events/record.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { enqueue } from '#libs/queue/enqueue.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { withRenditions, type AssetRow } from '../asset-views.js';
import { refusalOf } from './refusal.js';

const WAITS: Prisma.JobWhereInput[] = [{ state: 'WAITING' }, { state: 'DELAYED' }];

/** Takes away where an asset was taken: what is told at once, what is in the bytes by a job. */
@Injectable()
export class RemoveLocation {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * @param revisions any of which it may have; null: whatever it has
   * @throws Problem ASSET_NOT_FOUND, PRECONDITION_FAILED
   */
  async run(id: string, revisions: number[] | null, caller: Caller, origin: Origin): Promise<AssetRow> {
    const { tenantId } = caller;
    const { row, tokens } = await this.database.transaction(async (tx) => {
      const revision = await forget(tx, id, tenantId, revisions);
      if (revision === undefined) throw await refusalOf(tx, id, tenantId);
      const subject = { type: 'asset', id } as const;
      await recordAudit(tx, { action: 'asset.location-removed', actor: caller, subject }, origin);
      await recordEvent(tx, { type: 'asset.updated', tenantId, subjectId: id, payload: { revision } });
      const row = await tx.asset.findUniqueOrThrow({ where: { id, tenantId }, include: withRenditions });
      const waiting = { assetId: id, tenantId, kind: 'strip-location', OR: WAITS };
      // The asset's row is locked: of many that ask at once, one enqueues.
      if (await tx.job.findFirst({ where: waiting, select: { id: true } })) return { row, tokens: [] };
      return { row, tokens: [await enqueue(tx, { kind: 'strip-location', tenantId, assetId: id, payload: {} })] };
    });
    await this.dispatcher.dispatch(tokens);
    return row;
  }
}

/** Of pictures EXIF and XMP say it, of films their tags. @returns the new revision; undefined when there is none such */
async function forget(
  tx: Transaction,
  id: string,
  tenantId: string,
  revisions: number[] | null,
): Promise<number | undefined> {
  const asSeen = revisions ? Prisma.sql`revision = ANY(${revisions}::int[])` : Prisma.sql`true`;
  const [row] = await tx.$queryRaw<{ revision: number }[]>`
    UPDATE assets SET without_location = true, revision = revision + 1, updated_at = now(),
      metadata = metadata #- '{exif,gps}' #- '{xmp,gps}' #- '{gps}'
    WHERE id = ${id}::uuid AND tenant_id = ${tenantId}::uuid AND ${asSeen}
      AND deleted_at IS NULL AND (expires_at IS NULL OR expires_at > now())
    RETURNING revision`;
  return row?.revision;
}
