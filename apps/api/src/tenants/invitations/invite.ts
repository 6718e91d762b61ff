import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '#libs/database/database.js';
import { recordEvent } from '#libs/events/record.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { answerIn } from '../../idempotency/answer-in.js';
import { Problem } from '../../problem/problem.js';
import { mintInvitationToken } from './invitation-token.js';
import { toInvitationView, type CreatedInvitation, type InviteInput } from './invitation.schema.js';

const LIFETIME_MS = 7 * 24 * 3_600_000;

/** Invites an e-mail address into the tenant; a second invitation takes the place of the first. */
@Injectable()
export class Invite {
  constructor(private readonly database: Database) {}

  /** @throws Problem ALREADY_MEMBER */
  async run({ email, role }: InviteInput, caller: Caller, origin: Origin): Promise<CreatedInvitation> {
    const { tenantId } = caller;
    const { text, hash } = mintInvitationToken();
    const expiresAt = new Date(Date.now() + LIFETIME_MS);
    const data = { id: uuidv7(), role, hash, invitedBy: caller.userId, createdAt: new Date(), expiresAt };
    return this.database.transaction(async (tx) => {
      const member = await tx.user.findFirst({ where: { tenantId, email }, select: { id: true } });
      if (member) throw new Problem('ALREADY_MEMBER', `${email} is a member of this tenant already.`);
      const row = await tx.invitation.upsert({
        where: { tenantId_email: { tenantId, email } },
        create: { ...data, tenantId, email },
        update: data,
      });
      const subject = { type: 'invitation', id: row.id } as const;
      await recordAudit(tx, { action: 'invitation.created', actor: caller, subject, payload: { email, role } }, origin);
      const payload = { email, role, expiresAt: expiresAt.toISOString() };
      await recordEvent(tx, { type: 'tenant.invitation-created', tenantId, subjectId: row.id, payload });
      const answer = { ...toInvitationView(row), token: text };
      await answerIn(tx, 201, () => answer);
      return answer;
    });
  }
}
