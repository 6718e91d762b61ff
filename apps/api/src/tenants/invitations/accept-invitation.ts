import type { Transaction } from '#libs/database/database.js';
import type { Invitation } from '#libs/database/generated/client.js';
import { Problem } from '../../problem/problem.js';
import { parseInvitationToken } from './invitation-token.js';

/**
 * Takes an invitation, which is gone then: of two who come with one token the second finds nothing.
 *
 * @param email of who registers, in lower case; the invitation is for one address alone
 * @throws Problem INVITATION_NOT_FOUND, INVITATION_EXPIRED, INVITATION_EMAIL_MISMATCH, TENANT_SUSPENDED
 */
export async function acceptInvitation(tx: Transaction, token: string, email: string): Promise<Invitation> {
  const hash = parseInvitationToken(token);
  const invitation = hash && (await tx.invitation.findUnique({ where: { hash }, include: { tenant: true } }));
  if (!invitation) throw used();
  if (invitation.expiresAt.getTime() <= Date.now())
    throw new Problem('INVITATION_EXPIRED', 'The invitation has expired; ask for a new one.');
  if (invitation.email !== email)
    throw new Problem(
      'INVITATION_EMAIL_MISMATCH',
      'The invitation was sent to another e-mail; register with that one.',
      {
        errors: [{ detail: 'not the e-mail that was invited', pointer: '#/email' }],
      },
    );
  if (invitation.tenant.suspendedAt)
    throw new Problem('TENANT_SUSPENDED', 'The tenant that invites you is suspended; ask its owner.');
  const { count } = await tx.invitation.deleteMany({ where: { id: invitation.id, hash: invitation.hash } });
  if (count === 0) throw used();
  return invitation;
}

const used = (): Problem =>
  new Problem(
    'INVITATION_NOT_FOUND',
    'There is no such invitation, or it has been used or withdrawn; ask for a new one.',
    {
      errors: [{ detail: 'not an open invitation', pointer: '#/invitationToken' }],
    },
  );
