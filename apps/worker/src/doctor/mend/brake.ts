import { countOf } from '../format.js';
import { problems, type Remedy } from '../problems.js';
import type { Diagnosis } from '../survey/survey.js';

/** So few may well be most. */
const FEW = 10;

const ADVICE = 'is this the store of this database? Nothing was changed; --fix --force does it all the same.';

/**
 * Says why this is not to be mended without being asked twice: when most objects belong to no row, or most assets have no
 * object, the store and the database are hardly those of one installation. Null when there is no such sign.
 */
export function brake({ objects, assets, findings }: Diagnosis): string | null {
  const count = (remedy: Remedy): number =>
    findings.reduce((sum, finding) => sum + (problems[finding.problem].remedy === remedy ? finding.count : 0), 0);
  const unwanted = count('delete');
  const lost = count('mark-lost');
  if (unwanted > FEW && unwanted > objects / 2)
    return `Most objects, ${countOf(unwanted, 'object')} of ${objects}, would be deleted: ${ADVICE}`;
  if (lost > FEW && lost > assets / 2)
    return `Most assets, ${countOf(lost, 'asset')} of ${assets}, would be given up: ${ADVICE}`;
  return null;
}
