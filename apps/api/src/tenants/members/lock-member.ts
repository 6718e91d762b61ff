import type { Transaction } from '#libs/database/database.js';
import type { User } from '#libs/database/generated/client.js';
import { Problem } from '../../problem/problem.js';

/**
 * A member, with every owner of the tenant locked: of two owners who demote or remove each other at once one remains.
 * @throws Problem MEMBER_NOT_FOUND
 */
export async function lockMember(
  tx: Transaction,
  id: string,
  tenantId: string,
): Promise<{ member: User; isLastOwner: boolean }> {
  const owners = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM users WHERE tenant_id = ${tenantId}::uuid AND tenant_role = 'OWNER' ORDER BY id FOR UPDATE`;
  const member = await tx.user.findFirst({ where: { id, tenantId } });
  if (!member) throw new Problem('MEMBER_NOT_FOUND', 'There is no such member of this tenant.');
  return { member, isLastOwner: owners.length === 1 && owners[0]?.id === id };
}

export const lastOwner = (): Problem =>
  new Problem('LAST_OWNER', 'This is the only owner; make somebody else one first.');
