import type { Patient } from './patient.js';
import type { Problem } from '../problems.js';

const BATCH = 100;

/** Writes down how many assets are of each of these bytes; a row that none is of goes. Returns how many were wrong. */
export async function recountBlobs({ database, survey }: Patient, problem: Problem): Promise<number> {
  let mended = 0;
  for await (const batch of survey.batches(problem, BATCH)) {
    const keys = batch.map(({ key }) => key);
    mended += await database.transaction(async (tx) => {
      await tx.$executeRaw`SELECT FROM blobs WHERE object_key = ANY(${keys}) ORDER BY object_key FOR UPDATE`;
      const gone = await tx.$executeRaw`
        DELETE FROM blobs WHERE object_key = ANY(${keys})
          AND NOT EXISTS (SELECT FROM assets WHERE assets.object_key = blobs.object_key)
          AND NOT EXISTS (SELECT FROM replacements WHERE replacements.object_key = blobs.object_key)`;
      const counted = await tx.$executeRaw`
        UPDATE blobs SET refs = counted.refs
        FROM (SELECT object_key, count(*)::int AS refs FROM (
            SELECT object_key FROM assets WHERE object_key = ANY(${keys})
            UNION ALL SELECT object_key FROM replacements WHERE object_key = ANY(${keys})) AS users
          GROUP BY object_key) AS counted
        WHERE blobs.object_key = counted.object_key AND blobs.refs <> counted.refs`;
      return gone + counted;
    });
  }
  return mended;
}
