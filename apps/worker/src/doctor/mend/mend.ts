import { problems, type Problem, type Remedy } from '../problems.js';
import type { Diagnosis } from '../survey/survey.js';
import { abortUnfinished } from './abort-unfinished.js';
import { deleteUnwanted } from './delete-unwanted.js';
import { markLost } from './mark-lost.js';
import type { Patient } from './patient.js';
import { recountBlobs } from './recount-blobs.js';
import { reprocessFound } from './reprocess-found.js';

/** How many objects or assets; fewer than were found where it was not so any longer. */
export interface Mended {
  problem: Problem;
  count: number;
}

/** Total: a remedy that nobody wrote does not compile. */
const REMEDIES: Record<Exclude<Remedy, 'none'>, (patient: Patient, problem: Problem) => Promise<number>> = {
  delete: deleteUnwanted,
  abort: abortUnfinished,
  'mark-lost': markLost,
  reprocess: reprocessFound,
  recount: recountBlobs,
};

/** Mends what was found, each time after another look at whether it is still so. */
export async function mend(patient: Patient, diagnosis: Diagnosis): Promise<Mended[]> {
  const mended: Mended[] = [];
  for (const { problem } of diagnosis.findings) {
    const { remedy } = problems[problem];
    if (remedy !== 'none') mended.push({ problem, count: await REMEDIES[remedy](patient, problem) });
  }
  return mended;
}
