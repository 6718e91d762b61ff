import type { Transaction } from '#libs/database/database.js';

/** Writes down whom a post mentions: those who are there, for the author to see. */
export async function saveMentions(
  tx: Transaction,
  postId: string,
  authorId: string,
  usernames: readonly string[],
  scope: string | null,
): Promise<void> {
  await tx.$executeRaw`DELETE FROM post_mentions WHERE post_id = ${postId}::uuid`;
  if (usernames.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO post_mentions (post_id, user_id)
    SELECT ${postId}::uuid, id FROM people
    WHERE username = ANY(${[...usernames]}) AND (${scope}::uuid IS NULL OR tenant_id = ${scope}::uuid)
      AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = id AND blocked_id = ${authorId}::uuid)`;
}
