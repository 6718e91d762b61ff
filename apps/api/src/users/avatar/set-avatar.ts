import { Inject, Injectable } from '@nestjs/common';
import { NoLongerSoError, purgeAssets } from '#libs/blobs/purge-assets.js';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database, type Transaction } from '#libs/database/database.js';
import { Prisma } from '#libs/database/generated/client.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import type { JobToken } from '#libs/queue/enqueue.js';
import { live } from '../../assets/readable.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';

/** What a picture that was uploaded as a profile's belongs to; one that was there before belongs to something else. */
export const AVATAR_RESOURCE = 'avatar';

/** Makes an asset of an account's own its picture. One that had been uploaded for that and nothing else is removed. */
@Injectable()
export class SetAvatar {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param assetId null: initials again
   * @throws Problem ASSET_NOT_FOUND, ASSET_NOT_USABLE
   */
  async run(assetId: string | null, caller: Caller, origin: Origin): Promise<void> {
    const { userId } = caller;
    const tokens = await this.database.transaction(async (tx) => {
      const [before] = await tx.$queryRaw<{ assetId: string | null }[]>`
        SELECT avatar_asset_id AS "assetId" FROM profiles WHERE user_id = ${userId}::uuid FOR NO KEY UPDATE`;
      if (assetId !== null) await refuseUnusable(tx, assetId, caller);
      if (before?.assetId === assetId) return [];
      await tx.profile.update({ where: { userId }, data: { avatarAssetId: assetId }, select: { userId: true } });
      const subject = { type: 'user', id: userId } as const;
      await recordAudit(tx, { action: 'user.avatar-changed', actor: caller, subject, payload: { assetId } }, origin);
      return before?.assetId ? this.remove(tx, before.assetId, caller) : [];
    });
    await this.dispatcher.dispatch(tokens);
  }

  private async remove(tx: Transaction, id: string, { userId, tenantId }: Caller): Promise<JobToken[]> {
    const where = { id, tenantId, resource: AVATAR_RESOURCE, resourceId: userId };
    if ((await tx.asset.count({ where })) === 0) return [];
    const stillSo = Prisma.sql`tenant_id = ${tenantId}::uuid AND resource_id = ${userId}`;
    try {
      return (await purgeAssets(tx, [id], { stillSo, leaseSeconds: this.settings.JOB_LEASE_SECONDS })).tokens;
    } catch (error) {
      if (error instanceof NoLongerSoError) throw new Problem('ASSET_NOT_FOUND', 'The picture has just been changed.');
      throw error;
    }
  }
}

async function refuseUnusable(tx: Transaction, id: string, { userId, tenantId }: Caller): Promise<void> {
  const where = { id, tenantId, ownerId: userId, ...live() };
  const asset = await tx.asset.findFirst({ where, select: { kind: true, status: true } });
  if (!asset) throw new Problem('ASSET_NOT_FOUND', 'This account has no such asset.');
  if (asset.kind !== 'IMAGE') throw new Problem('ASSET_NOT_USABLE', 'Only a picture can be the picture of a profile.');
  if (asset.status === 'FAILED')
    throw new Problem('ASSET_NOT_USABLE', 'The asset could not be processed: its failure says why.');
}
