import type { Database } from '#libs/database/database.js';

/** Workers seen in the last 30 s by the database's clock, which is theirs and ours. */
export async function countWorkers(database: Database): Promise<number> {
  const [row] = await database.query<{ workers: number }>(
    'count-workers',
    `SELECT count(*)::int AS workers FROM workers WHERE seen_at > now() - interval '30 seconds'`,
    [],
  );
  return row?.workers ?? 0;
}
