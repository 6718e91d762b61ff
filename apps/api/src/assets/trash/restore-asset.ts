import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { recordEvent } from '#libs/events/record.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import { withRenditions, type AssetRow } from '../asset-views.js';
import { live } from '../readable.js';
import { nameTaken } from './name-taken.js';

const DAY_MS = 24 * 3_600_000;

/** Takes an asset out of the trash, as it was; one that is not in it is left as it is. */
@Injectable()
export class RestoreAsset {
  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem ASSET_NOT_FOUND, ASSET_NAME_TAKEN */
  async run(id: string, caller: Caller, origin: Origin): Promise<AssetRow> {
    const where = { id, tenantId: caller.tenantId };
    const since = new Date(Date.now() - this.settings.TRASH_RETENTION_DAYS * DAY_MS);
    try {
      return await this.database.transaction(async (tx) => {
        const [restored] = await tx.asset.updateManyAndReturn({
          where: { ...where, ...live(), deletedAt: { gt: since } },
          data: { deletedAt: null },
          select: { filename: true },
        });
        if (restored) {
          const subject = { type: 'asset', id } as const;
          await recordAudit(tx, { action: 'asset.restored', actor: caller, subject, payload: restored }, origin);
          const about = { tenantId: caller.tenantId, subjectId: id, payload: restored };
          await recordEvent(tx, { type: 'asset.restored', ...about });
        }
        const row = await tx.asset.findFirst({ where: { ...where, ...live() }, include: withRenditions });
        if (!row) throw new Problem('ASSET_NOT_FOUND', 'There is no such asset in the trash.');
        return row;
      });
    } catch (error) {
      throw nameTaken(error) ?? error;
    }
  }
}
