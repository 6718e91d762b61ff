import { Inject, Injectable } from '@nestjs/common';
import { NoLongerSoError, purgeAssets } from '#libs/blobs/purge-assets.js';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { Prisma } from '#libs/database/generated/client.js';
import { recordEvent } from '#libs/events/record.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';

/** Removes an asset for good, in the trash or not: its row at once, its objects by a job. */
@Injectable()
export class PurgeAsset {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem ASSET_NOT_FOUND, also for the second of two deletions at once */
  async run(id: string, caller: Caller, origin: Origin): Promise<void> {
    const stillSo = Prisma.sql`tenant_id = ${caller.tenantId}::uuid AND (expires_at IS NULL OR expires_at > now())`;
    const leaseSeconds = this.settings.JOB_LEASE_SECONDS;
    try {
      const tokens = await this.database.transaction(async (tx) => {
        const where = { id, tenantId: caller.tenantId };
        const asset = await tx.asset.findFirst({ where, select: { filename: true, deletedAt: true } });
        if (!asset) throw new NoLongerSoError('there is no such asset of this tenant');
        const payload = { filename: asset.filename };
        if (!asset.deletedAt)
          await recordEvent(tx, { type: 'asset.deleted', tenantId: caller.tenantId, subjectId: id, payload });
        await recordAudit(
          tx,
          { action: 'asset.purged', actor: caller, subject: { type: 'asset', id }, payload },
          origin,
        );
        return (await purgeAssets(tx, [id], { stillSo, leaseSeconds })).tokens;
      });
      await this.dispatcher.dispatch(tokens);
    } catch (error) {
      if (error instanceof NoLongerSoError) throw new Problem('ASSET_NOT_FOUND', 'There is no such asset.');
      throw error;
    }
  }
}
