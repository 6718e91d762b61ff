import type { Database } from '#libs/database/database.js';

/** Accounts a transaction, and notifications of each: short enough that nobody waits for their inboxes. */
const ACCOUNTS = 200;
const NOTIFICATIONS = 5_000;

/** Forgets what accounts were told long ago; what of it they had not read is unread no longer. Returns how many. */
export async function forgetNotifications(database: Database, days: number): Promise<number> {
  for (let total = 0; ;) {
    const forgotten = await forgetSome(database, days);
    total += forgotten;
    if (forgotten === 0) return total;
  }
}

function forgetSome(database: Database, days: number): Promise<number> {
  return database.transaction(async (tx) => {
    const old = await tx.$queryRaw<{ userId: string; seq: number }[]>`
      SELECT user_id AS "userId", seq FROM notifications
      WHERE created_at < now() - make_interval(days => ${days}::int) ORDER BY created_at LIMIT ${NOTIFICATIONS}`;
    const accounts = [...new Set(old.map(({ userId }) => userId))].sort().slice(0, ACCOUNTS);
    if (accounts.length === 0) return 0;
    // The inbox before its notifications: the order in which they are added.
    await tx.$queryRaw`SELECT 1 FROM inboxes WHERE user_id = ANY(${accounts}::uuid[]) ORDER BY user_id FOR UPDATE`;
    const doomed = old.filter(({ userId }) => accounts.includes(userId));
    const [gone] = await tx.$queryRaw<{ count: number }[]>`
      WITH gone AS (
        DELETE FROM notifications USING unnest(
          ${doomed.map(({ userId }) => userId)}::uuid[], ${doomed.map(({ seq }) => seq)}::int[]) AS doomed (user_id, seq)
        WHERE notifications.user_id = doomed.user_id AND notifications.seq = doomed.seq
        RETURNING notifications.user_id, read_at
      ), recounted AS (
        UPDATE inboxes SET unread = unread - unseen.count
        FROM (SELECT user_id, count(*) FILTER (WHERE read_at IS NULL) AS count FROM gone GROUP BY user_id) AS unseen
        WHERE inboxes.user_id = unseen.user_id
      )
      SELECT count(*)::int AS count FROM gone`;
    return gone?.count ?? 0;
  });
}
