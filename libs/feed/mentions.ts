import type { Transaction } from '#libs/database/database.js';
import { notify } from '#libs/events/notify.js';

/** Tells those whom a post mentions and who may see it, each once however often it is edited. */
export async function tellMentioned(tx: Transaction, postId: string): Promise<void> {
  // In the order of their ids, as notify() wants it.
  const told = await tx.$queryRaw<{ userId: string; authorId: string }[]>`
    SELECT m.user_id AS "userId", p.author_id AS "authorId"
    FROM post_mentions m JOIN posts p ON p.id = m.post_id JOIN profiles a ON a.user_id = p.author_id
    WHERE m.post_id = ${postId}::uuid AND p.number IS NOT NULL AND m.user_id <> p.author_id
      AND (NOT a.is_private
        OR EXISTS (SELECT FROM follows WHERE follower_id = m.user_id AND followee_id = p.author_id))
      AND NOT EXISTS (SELECT FROM blocks WHERE (blocker_id, blocked_id)
        IN ((m.user_id, p.author_id), (p.author_id, m.user_id)))
    ORDER BY m.user_id`;
  for (const { userId, authorId } of told)
    await notify(tx, userId, {
      kind: 'mentioned',
      topic: `mentioned:${postId}`,
      actorId: authorId,
      payload: { postId },
    });
}
