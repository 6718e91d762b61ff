import type { Problem } from '../problems.js';
import type { Patient } from './patient.js';

const BATCH = 100;

/** Removes parts of files that nobody sends; those that somebody has come to send since the survey stay. */
export async function abortUnfinished({ store, survey }: Patient, problem: Problem): Promise<number> {
  let aborted = 0;
  for await (const batch of survey.batches(problem, BATCH))
    for (const multipart of await survey.stillUnowned(batch.map(({ key }) => key))) {
      await store.multipart.abort(multipart);
      aborted += 1;
    }
  return aborted;
}
