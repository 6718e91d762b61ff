import type { Caller, KeyScope } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';

/** Who a token or an API key belongs to, as the database says at this moment. */
export type FoundCaller = Pick<Caller, 'userId' | 'tenantId' | 'role' | 'tenantRole'> & {
  suspended: boolean;
  sessionId?: string;
  keyId?: string;
  scopes?: KeyScope[];
};

/**
 * The installation's administrators are let in also when their own tenant is suspended: somebody has to end that.
 * @throws Problem TENANT_SUSPENDED
 */
export function toCaller(found: FoundCaller): Caller {
  if (found.suspended && found.role !== 'ADMIN')
    throw new Problem('TENANT_SUSPENDED', 'This tenant is suspended; ask the administrators of this installation.');
  const { userId, tenantId, role, tenantRole, sessionId = null, keyId, scopes = [] } = found;
  return { userId, tenantId, role, tenantRole, sessionId, key: keyId === undefined ? null : { id: keyId, scopes } };
}
