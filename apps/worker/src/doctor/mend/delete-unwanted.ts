import { countOf } from '../format.js';
import type { Patient } from './patient.js';
import type { Problem } from '../problems.js';
import { progress } from '../progress.js';

/** S3 deletes no more at once. */
const BATCH = 1_000;

/** Deletes objects that nobody wants; those that somebody has come to want since the survey stay. Returns how many. */
export async function deleteUnwanted({ store, survey, say }: Patient, problem: Problem): Promise<number> {
  const tell = progress(say);
  let deleted = 0;
  for await (const batch of survey.batches(problem, BATCH)) {
    const unwanted = [...(await survey.stillUnwanted(batch.map(({ key }) => key)))];
    await store.delete(unwanted);
    deleted += unwanted.length;
    tell(() => `${countOf(deleted, 'object')} deleted`);
  }
  return deleted;
}
