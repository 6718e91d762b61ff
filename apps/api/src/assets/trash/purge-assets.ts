import { Inject, Injectable } from '@nestjs/common';
import { NoLongerSoError, purgeAssets } from '#libs/blobs/purge-assets.js';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database, type Transaction } from '#libs/database/database.js';
import { Prisma } from '#libs/database/generated/client.js';
import { recordEvents } from '#libs/events/record.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import type { JobToken } from '#libs/queue/enqueue.js';
import { recordAudits } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { noSuchAsset, outcomeOf, type Outcome } from '../bulk/outcome.js';

interface Found {
  id: string;
  filename: string;
  deletedAt: Date | null;
}

/** Removes assets for good, in the trash or not: their rows at once, their objects by jobs. */
@Injectable()
export class PurgeAssets {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem ASSET_NOT_FOUND, also for the second of two deletions at once */
  async one(id: string, caller: Caller, origin: Origin): Promise<void> {
    const { done } = await this.many([id], caller, origin);
    if (done.length === 0) throw noSuchAsset();
  }

  async many(ids: readonly string[], caller: Caller, origin: Origin): Promise<Outcome> {
    for (;;)
      try {
        const { purged, tokens } = await this.database.transaction((tx) => this.purge(tx, ids, caller, origin));
        await this.dispatcher.dispatch(tokens);
        return outcomeOf(ids, purged);
      } catch (error) {
        // Somebody else was faster with one of them: once more, without it.
        if (!(error instanceof NoLongerSoError)) throw error;
      }
  }

  private async purge(
    tx: Transaction,
    ids: readonly string[],
    caller: Caller,
    origin: Origin,
  ): Promise<{ purged: string[]; tokens: JobToken[] }> {
    const { tenantId } = caller;
    const stillSo = Prisma.sql`tenant_id = ${tenantId}::uuid AND (expires_at IS NULL OR expires_at > now())`;
    // Not locked here: jobs are locked before assets.
    const found = await tx.$queryRaw<Found[]>`
      SELECT id, filename, deleted_at AS "deletedAt" FROM assets WHERE id = ANY(${ids}::uuid[]) AND ${stillSo}`;
    const shown = found.filter(({ deletedAt }) => deletedAt === null);
    await recordEvents(
      tx,
      shown.map(({ id, filename }) => ({ type: 'asset.deleted', tenantId, subjectId: id, payload: { filename } })),
    );
    await recordAudits(
      tx,
      found.map(({ id, filename }) => ({
        action: 'asset.purged',
        actor: caller,
        subject: { type: 'asset', id },
        payload: { filename },
      })),
      origin,
    );
    const purged = found.map(({ id }) => id);
    const { tokens } = await purgeAssets(tx, purged, { stillSo, leaseSeconds: this.settings.JOB_LEASE_SECONDS });
    return { purged, tokens };
  }
}
