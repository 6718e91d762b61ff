import type { Database } from '#libs/database/database.js';

const BATCH = 10_000;

const KIND = 'tenant_id, day, asset_id, action, user_id, role, language, device';

// One statement: a hit is in one of the tables, at any time and whatever is killed. What the asset was called last counts.
const ROLL_UP = `
  WITH taken AS (
    DELETE FROM access_hits WHERE id IN (SELECT id FROM access_hits ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING *
  ), summed AS (
    SELECT ${KIND}, sum(hits) AS hits, sum(bytes) AS bytes, sum(milliseconds) AS milliseconds,
      (array_agg(filename ORDER BY id DESC) FILTER (WHERE filename IS NOT NULL))[1] AS filename,
      coalesce((array_agg(labels ORDER BY id DESC) FILTER (WHERE filename IS NOT NULL))[1], '{}') AS labels
    FROM taken GROUP BY ${KIND}
  ), logged AS (
    INSERT INTO access_log AS log (${KIND}, hits, bytes, milliseconds, filename, labels)
    SELECT ${KIND}, hits, bytes, milliseconds, filename, labels FROM summed
    ON CONFLICT (${KIND}) DO UPDATE SET
      hits = log.hits + excluded.hits,
      bytes = log.bytes + excluded.bytes,
      milliseconds = log.milliseconds + excluded.milliseconds,
      filename = coalesce(excluded.filename, log.filename),
      labels = CASE WHEN excluded.filename IS NULL THEN log.labels ELSE excluded.labels END
  )
  SELECT count(*)::int AS count FROM taken`;

/** Adds what the API has written down to the log of its day; returns how many rows that were. */
export async function rollUpAccesses(database: Database): Promise<number> {
  for (let total = 0; ;) {
    const [taken] = await database.query<{ count: number }>('roll-up-accesses', ROLL_UP, [BATCH]);
    total += taken?.count ?? 0;
    if ((taken?.count ?? 0) < BATCH) return total;
  }
}
