import { Prisma } from '#libs/database/generated/client.js';
import { reprocess } from '#libs/queue/reprocess.js';
import { countOf } from '../format.js';
import type { Patient } from './patient.js';
import type { Problem } from '../problems.js';
import { progress } from '../progress.js';
import type { Found } from '../survey/survey.js';

const BATCH = 500;

/** Has assets processed anew that are still as they were found. Returns how many. Workers find the jobs by themselves. */
export async function reprocessFound({ database, survey, say }: Patient, problem: Problem): Promise<number> {
  const tell = progress(say);
  let queued = 0;
  for await (const batch of survey.batches(problem, BATCH)) {
    queued += await database.transaction(async (tx) => {
      const ids = [...new Set(batch.flatMap(({ assetId }) => assetId ?? []))];
      const rows = await tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM assets WHERE id = ANY(${ids}::uuid[]) AND ${isStillSo(problem, batch)}
        ORDER BY id FOR NO KEY UPDATE`;
      return reprocess(
        tx,
        rows.map(({ id }) => id),
      );
    });
    tell(() => `${countOf(queued, 'asset')} to be processed anew`);
  }
  return queued;
}

function isStillSo(problem: Problem, batch: readonly Found[]): Prisma.Sql {
  if (problem === 'job-missing') return Prisma.sql`status IN ('PENDING', 'PROCESSING')`;
  const keys = batch.map(({ key }) => key);
  return Prisma.sql`status = 'READY' AND EXISTS (
    SELECT FROM renditions WHERE asset_id = assets.id AND renditions.object_key = ANY(${keys}))`;
}
