import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database, type Transaction } from '#libs/database/database.js';
import type { User } from '#libs/database/generated/client.js';
import { recordEvent } from '#libs/events/record.js';
import { recordAudit } from '../audit/record.js';
import type { Origin } from '../http/access.js';
import { answerIn } from '../idempotency/answer-in.js';
import { acceptInvitation } from '../tenants/invitations/accept-invitation.js';
import type { RegisterInput, SignedIn } from './auth.schema.js';
import { Passwords } from './passwords.js';
import { OpenSession } from './sessions/open-session.js';
import { toTaken } from './taken.js';

/** Makes an account, in a tenant of its own or in the one that invites it, and signs it in: all or nothing. */
@Injectable()
export class Register {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly openSession: OpenSession,
  ) {}

  /**
   * @throws Problem EMAIL_TAKEN, USERNAME_TAKEN, OVERLOADED; INVITATION_NOT_FOUND, INVITATION_EXPIRED,
   * INVITATION_EMAIL_MISMATCH, TENANT_SUSPENDED
   */
  async run(input: RegisterInput, origin: Origin): Promise<SignedIn> {
    const passwordHash = await this.passwords.hash(input.password);
    try {
      return await this.database.transaction((tx) => this.create(tx, input, passwordHash, origin));
    } catch (error) {
      throw toTaken(error) ?? error;
    }
  }

  private async create(tx: Transaction, input: RegisterInput, passwordHash: string, origin: Origin): Promise<SignedIn> {
    const { email, username, invitationToken } = input;
    const invitation = invitationToken === undefined ? null : await acceptInvitation(tx, invitationToken, email);
    const home = invitation
      ? { tenantId: invitation.tenantId, tenantRole: invitation.role }
      : await makeTenant(tx, input);
    const user = await tx.user.create({ data: { id: uuidv7(), ...home, email, username, passwordHash } });
    const { tenantId } = home;
    const actor = { userId: user.id, tenantId };
    await recordAudit(tx, { action: 'auth.register', actor, subject: { type: 'user', id: user.id } }, origin);
    if (invitation) {
      const payload = { email, role: user.tenantRole };
      // By its id what was written down when it was made is found again, and forgotten with the account.
      const accepted = { ...payload, invitationId: invitation.id };
      await recordAudit(
        tx,
        { action: 'invitation.accepted', actor, subject: { type: 'user', id: user.id }, payload: accepted },
        origin,
      );
      await recordEvent(tx, { type: 'tenant.member-joined', tenantId, subjectId: user.id, payload });
    }
    const answer = await this.openSession.run(tx, user, origin);
    await answerIn(tx, 201, () => answer);
    return answer;
  }
}

/** Where an account belongs, and as what. */
type Home = Pick<User, 'tenantId' | 'tenantRole'>;

async function makeTenant(tx: Transaction, { email, username }: RegisterInput): Promise<Home> {
  const tenantId = uuidv7();
  const name = username ?? email.slice(0, email.indexOf('@'));
  await tx.tenant.create({ data: { id: tenantId, name }, select: { id: true } });
  return { tenantId, tenantRole: 'OWNER' };
}
