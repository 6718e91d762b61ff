import { Problem } from '../problem/problem.js';

/** What somebody has deleted or asked to be forgotten stays where it is when nobody does these. */
const OWED = ['delete-objects', 'erase-account', 'strip-location'];

/** @throws Problem JOB_NOT_CANCELLABLE */
export function refuseToDrop(kind: string): void {
  if (OWED.includes(kind))
    throw new Problem('JOB_NOT_CANCELLABLE', 'The job removes what somebody wants to be gone: it has to be done.');
}
