import type { Prisma } from '#libs/database/generated/client.js';
import type { Caller } from '../http/access.js';

/** Neither in the trash nor expired: expiry counts at once, whether or not the sweep has been there. */
export const live = (): Prisma.AssetWhereInput => ({
  deletedAt: null,
  OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }],
});

/** Seconds for which a URL of an asset's bytes is signed: `most`, but for no longer than the asset itself is there. */
export function urlSeconds(expiresAt: Date | null, most: number): number {
  const left = expiresAt ? Math.floor((expiresAt.getTime() - Date.now()) / 1000) : Infinity;
  return Math.max(1, Math.min(left, most));
}

/** What a signed-in user may read: what their tenant has, and what is public. */
export const readableBy = ({ tenantId }: Pick<Caller, 'tenantId'>): Prisma.AssetWhereInput => ({
  ...live(),
  AND: [{ OR: [{ tenantId }, { visibility: 'public' }] }],
});
