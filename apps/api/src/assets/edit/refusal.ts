import type { Transaction } from '#libs/database/database.js';
import { Problem } from '../../problem/problem.js';
import { live } from '../readable.js';

/** Why an asset could not be changed: it is not there, or not as the caller has seen it. */
export async function refusalOf(tx: Transaction, id: string, tenantId: string): Promise<Problem> {
  const found = await tx.asset.findFirst({ where: { id, tenantId, ...live() }, select: { revision: true } });
  if (!found) return new Problem('ASSET_NOT_FOUND', 'There is no such asset.');
  return new Problem('PRECONDITION_FAILED', `The asset has been changed; its ETag is now "${found.revision}".`);
}
