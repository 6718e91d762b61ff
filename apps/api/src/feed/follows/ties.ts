import type { Transaction } from '#libs/database/database.js';

/** Newest posts that are written into a timeline when their author is followed; older ones are on the profile. */
const BACKFILL = 10_000;

/**
 * Locks two profiles in the order in which follows are counted: what is between two people is changed by one at a time,
 * and no fan-out of theirs ends meanwhile (libs/feed).
 */
export async function lockTies(tx: Transaction, one: string, other: string): Promise<void> {
  await tx.$queryRaw`
    SELECT 1 FROM profiles WHERE user_id IN (${one}::uuid, ${other}::uuid) ORDER BY user_id FOR NO KEY UPDATE`;
}

/** Under lockTies. Posts that have yet to be fanned out are found by their state, so none is missed and none doubled. */
export async function tie(tx: Transaction, followerId: string, followeeId: string): Promise<boolean> {
  const made = await tx.$executeRaw`
    INSERT INTO follows (follower_id, followee_id) VALUES (${followerId}::uuid, ${followeeId}::uuid)
    ON CONFLICT DO NOTHING`;
  await tx.$executeRaw`
    DELETE FROM follow_requests WHERE target_id = ${followeeId}::uuid AND requester_id = ${followerId}::uuid`;
  if (made === 0) return false;
  await tx.$executeRaw`
    INSERT INTO timeline_entries (user_id, number, author_id)
    SELECT ${followerId}::uuid, number, author_id FROM posts
    WHERE author_id = ${followeeId}::uuid AND fan_out = 'DONE' AND number IS NOT NULL
    ORDER BY number DESC LIMIT ${BACKFILL}
    ON CONFLICT DO NOTHING`;
  return true;
}

/** Under lockTies. Timelines ask whether an author is still followed; that the entries go keeps them short. */
export async function untie(tx: Transaction, followerId: string, followeeId: string): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM follow_requests WHERE target_id = ${followeeId}::uuid AND requester_id = ${followerId}::uuid`;
  const cut = await tx.$executeRaw`
    DELETE FROM follows WHERE follower_id = ${followerId}::uuid AND followee_id = ${followeeId}::uuid`;
  if (cut === 0) return;
  await tx.$executeRaw`
    DELETE FROM timeline_entries AS entry USING posts
    WHERE posts.author_id = ${followeeId}::uuid AND entry.user_id = ${followerId}::uuid
      AND entry.number = posts.number`;
}
