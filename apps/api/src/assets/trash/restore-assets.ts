import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { recordEvents } from '#libs/events/record.js';
import { recordAudits } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import { withRenditions, type AssetRow } from '../asset-views.js';
import { outcomeOf, type Outcome } from '../bulk/outcome.js';
import { live } from '../readable.js';
import { nameTaken } from './name-taken.js';

const DAY_MS = 24 * 3_600_000;
const notInTrash = (): Problem => new Problem('ASSET_NOT_FOUND', 'There is no such asset in the trash.');

/** Takes assets out of the trash, as they were; one that is not in it is left as it is. */
@Injectable()
export class RestoreAssets {
  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem ASSET_NOT_FOUND, ASSET_NAME_TAKEN */
  async one(id: string, caller: Caller, origin: Origin): Promise<AssetRow> {
    const [row] = await this.restore([id], caller, origin);
    if (!row) throw notInTrash();
    return row;
  }

  async many(ids: readonly string[], caller: Caller, origin: Origin): Promise<Outcome> {
    try {
      const rows = await this.restore(ids, caller, origin);
      return outcomeOf(
        ids,
        rows.map(({ id }) => id),
      );
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
    // A name among them is taken, and PostgreSQL does not say whose: each by itself, then.
    const outcome: Outcome = { done: [], failed: [] };
    for (const id of ids)
      try {
        await this.one(id, caller, origin);
        outcome.done.push(id);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        outcome.failed.push({ id, problem: error });
      }
    return outcome;
  }

  /** All of them, or none. @returns those that are there afterwards @throws Problem ASSET_NAME_TAKEN */
  private async restore(ids: readonly string[], caller: Caller, origin: Origin): Promise<AssetRow[]> {
    const { tenantId } = caller;
    const where = { id: { in: [...ids] }, tenantId, ...live() };
    const since = new Date(Date.now() - this.settings.TRASH_RETENTION_DAYS * DAY_MS);
    try {
      return await this.database.transaction(async (tx) => {
        const restored = await tx.asset.updateManyAndReturn({
          where: { ...where, deletedAt: { gt: since } },
          data: { deletedAt: null },
          select: { id: true, filename: true },
        });
        const told = restored.map(({ id, filename }) => ({ id, payload: { filename } }));
        await recordAudits(
          tx,
          told.map(({ id, payload }) => ({
            action: 'asset.restored',
            actor: caller,
            subject: { type: 'asset', id },
            payload,
          })),
          origin,
        );
        await recordEvents(
          tx,
          told.map(({ id, payload }) => ({ type: 'asset.restored', tenantId, subjectId: id, payload })),
        );
        return tx.asset.findMany({ where, include: withRenditions });
      });
    } catch (error) {
      throw nameTaken(error) ?? error;
    }
  }
}
