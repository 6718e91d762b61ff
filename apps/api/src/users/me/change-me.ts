import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database, type Transaction } from '#libs/database/database.js';
import { notify } from '#libs/events/notify.js';
import { recordEvent } from '#libs/events/record.js';
import { recordAudit } from '../../audit/record.js';
import { unauthorized } from '../../auth/challenge.js';
import { Passwords } from '../../auth/passwords.js';
import { toTaken } from '../../auth/taken.js';
import type { Caller, Origin } from '../../http/access.js';
import type { ChangeMeInput } from './me.schema.js';

/** Changes what an account says of itself. For another e-mail it asks for the password, and tells the account of it. */
@Injectable()
export class ChangeMe {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
  ) {}

  /** @throws Problem INVALID_CREDENTIALS, EMAIL_TAKEN, USERNAME_TAKEN, OVERLOADED */
  async run({ password, ...change }: ChangeMeInput, caller: Caller, origin: Origin): Promise<void> {
    const { userId: id, tenantId } = caller;
    const { email, username } = change;
    const before = await this.database.client.user.findFirstOrThrow({ where: { id, tenantId } });
    if (email !== undefined && !(await this.passwords.matches(password ?? '', before.passwordHash)))
      throw unauthorized('INVALID_CREDENTIALS', 'The password is wrong.');
    try {
      await this.database.transaction(async (tx) => {
        if (email !== undefined || username !== undefined)
          await tx.user.update({ where: { id, tenantId }, data: { email, username }, select: { id: true } });
        await changeProfile(tx, id, change);
        const changed = Object.keys(change).sort().join(',');
        const subject = { type: 'user', id } as const;
        await recordAudit(tx, { action: 'user.changed', actor: caller, subject, payload: { changed } }, origin);
        if (email !== undefined && email !== before.email) await this.tell(tx, before.email, email, caller, origin);
      });
    } catch (error) {
      throw toTaken(error) ?? error;
    }
  }

  /** By each way that there is: to the account itself, and to the application, which can write to both addresses. */
  private async tell(tx: Transaction, from: string, to: string, caller: Caller, origin: Origin): Promise<void> {
    const { userId: id, tenantId } = caller;
    const subject = { type: 'user', id } as const;
    // As in a failed login: whose address it was is forgotten with the account.
    const payload = { email: from };
    await recordAudit(tx, { action: 'user.email-changed', actor: caller, subject, payload }, origin);
    await recordEvent(tx, { type: 'user.email-changed', tenantId, subjectId: id, payload: { from, to } });
    await notify(tx, id, { kind: 'email.changed', topic: `email:${uuidv7()}`, payload: { email: to } });
  }
}

async function changeProfile(tx: Transaction, userId: string, change: Omit<ChangeMeInput, 'password'>): Promise<void> {
  const { displayName, bio, isPrivate } = change;
  if (displayName === undefined && bio === undefined && isPrivate === undefined) return;
  const data = { displayName, isPrivate, ...(bio !== undefined && { bio: bio || null }) };
  await tx.profile.update({ where: { userId }, data, select: { userId: true } });
}
