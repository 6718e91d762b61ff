/**
 * SQL: whether a reader may see a post `p` of an author `a` (of people). Its author always; others once it is shown,
 * unless the profile is private and they do not follow it, or either has blocked the other.
 *
 * @param reader parameter of the reader's id, as $1
 * @param scope parameter of the tenant whose people are all that the reader sees, or null
 */
export const visibleTo = (reader: string, scope: string): string => `(
  p.author_id = ${reader}
  OR p.number IS NOT NULL
    AND (${scope}::uuid IS NULL OR a.tenant_id = ${scope})
    AND (NOT a.is_private OR EXISTS (SELECT FROM follows WHERE follower_id = ${reader} AND followee_id = p.author_id))
    AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = ${reader} AND blocked_id = p.author_id)
    AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = p.author_id AND blocked_id = ${reader}))`;
