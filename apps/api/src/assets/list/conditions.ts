import { Prisma } from '#libs/database/generated/client.js';
import type { AssetFilters } from './list.schema.js';

/** In the row's own words: neither deleted nor expired, whether or not the sweep has been there. */
const NOT_EXPIRED = Prisma.sql`(expires_at IS NULL OR expires_at > now())`;

/** What is public is listed of every tenant, unless one's own is asked for; the trash is one's own. */
export const isOfAll = (filters: Pick<AssetFilters, 'visibility' | 'own' | 'deleted'>): boolean =>
  filters.visibility === 'public' && !filters.own && !filters.deleted;

/**
 * The conditions of a list, each of them one that an index can answer. The tenant's own assets, unless what is asked
 * for is public: that is everybody's.
 */
export function conditions(filters: AssetFilters, tenantId: string, trashDays: number): Prisma.Sql {
  const isPublic = isOfAll(filters);
  const { ids, status, kind, mimeType, owner, resource, resourceId, createdFrom, createdTo, search } = filters;
  const all = [
    isPublic ? Prisma.sql`visibility = 'public'` : Prisma.sql`tenant_id = ${tenantId}::uuid`,
    filters.deleted
      ? Prisma.sql`deleted_at IS NOT NULL AND deleted_at > now() - ${trashDays} * interval '1 day'`
      : Prisma.sql`deleted_at IS NULL`,
    NOT_EXPIRED,
    ...(filters.visibility && !isPublic ? [Prisma.sql`visibility = ${filters.visibility}::visibility`] : []),
    ...(ids ? [Prisma.sql`id = ANY(${ids}::uuid[])`] : []),
    ...(status ? [Prisma.sql`status = ${status}::asset_status`] : []),
    ...(kind ? [Prisma.sql`kind = ${kind}::asset_kind`] : []),
    ...(mimeType ? [Prisma.sql`mime_type = ${mimeType}`] : []),
    ...(owner ? [Prisma.sql`owner_id = ${owner}::uuid`] : []),
    ...(resource ? [Prisma.sql`resource = ${resource}`] : []),
    ...(resourceId ? [Prisma.sql`resource_id = ${resourceId}`] : []),
    ...(createdFrom ? [Prisma.sql`created_at >= ${createdFrom}::timestamptz`] : []),
    ...(createdTo ? [Prisma.sql`created_at < ${createdTo}::timestamptz`] : []),
    ...findable(search, filters.labels ?? {}, isPublic ? 'public' : tenantId.slice(-8)),
  ];
  return Prisma.join(all, ' AND ');
}

/** @param scope as `asset_scope` in beyond-prisma.sql: terms begin with it */
function findable(search: string | undefined, labels: Record<string, string | string[]>, scope: string) {
  const pairs = Object.entries(labels).flatMap(([name, value]) => [value].flat().map((one) => [name, one] as const));
  return [
    ...(search ? [Prisma.sql`terms @@ asset_query(${scope}, ${search})`] : []),
    ...pairs.map(([name, value]) => Prisma.sql`terms @@ asset_label(${scope}, ${name}, ${value})`),
  ];
}
