import { visibleTo } from '../feed/posts/visible.js';

/**
 * SQL that holds where an account may see `asset` now: its tenant's, a public one, or one in a post that is shown to it.
 * @param user alias of its row in users
 * @param onlyTenant parameter that is true where an account sees posts of its own tenant alone
 */
export const shownTo = (user: string, onlyTenant: string): string => `(
  asset.deleted_at IS NULL AND (asset.expires_at IS NULL OR asset.expires_at > now())
  AND (asset.tenant_id = ${user}.tenant_id OR asset.visibility = 'public' OR EXISTS (
    SELECT FROM post_assets shown JOIN posts p ON p.id = shown.post_id JOIN people a ON a.id = p.author_id
    WHERE shown.asset_id = asset.id
      AND ${visibleTo(`${user}.id`, `(CASE WHEN ${onlyTenant}::boolean THEN ${user}.tenant_id END)`)}
  )))`;
