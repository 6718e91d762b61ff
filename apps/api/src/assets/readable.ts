import type { Prisma } from '#libs/database/generated/client.js';
import type { Caller } from '../http/access.js';

/** Neither in the trash nor expired: expiry counts at once, whether or not the sweep has been there. */
export const live = (): Prisma.AssetWhereInput => ({
  deletedAt: null,
  OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }],
});

/** What a signed-in user may read: what their tenant has, and what is public. */
export const readableBy = ({ tenantId }: Pick<Caller, 'tenantId'>): Prisma.AssetWhereInput => ({
  ...live(),
  AND: [{ OR: [{ tenantId }, { visibility: 'public' }] }],
});
