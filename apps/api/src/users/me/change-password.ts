import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { announce } from '#libs/database/announce.js';
import { Database } from '#libs/database/database.js';
import { notify } from '#libs/events/notify.js';
import { recordEvent } from '#libs/events/record.js';
import { recordAudit } from '../../audit/record.js';
import { unauthorized } from '../../auth/challenge.js';
import { Passwords } from '../../auth/passwords.js';
import type { Caller, Origin } from '../../http/access.js';
import { Streams } from '../../playback/streams.js';
import type { ChangePasswordInput } from './me.schema.js';

/** Changes the account's password, and signs every other device out: whoever knew the old one is outside. */
@Injectable()
export class ChangePassword {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly streams: Streams,
  ) {}

  /** @throws Problem INVALID_CREDENTIALS, OVERLOADED */
  async run({ password, newPassword }: ChangePasswordInput, caller: Caller, origin: Origin): Promise<void> {
    const { userId: id, tenantId, sessionId } = caller;
    const select = { passwordHash: true };
    const user = await this.database.client.user.findFirstOrThrow({ where: { id, tenantId }, select });
    if (!(await this.passwords.matches(password, user.passwordHash)))
      throw unauthorized('INVALID_CREDENTIALS', 'The password is wrong.');
    const passwordHash = await this.passwords.hash(newPassword);
    const ended = await this.database.transaction(async (tx) => {
      // Of two who change it at once, the second knew a password that is none any longer.
      const where = { id, tenantId, passwordHash: user.passwordHash };
      const { count } = await tx.user.updateMany({ where, data: { passwordHash } });
      if (count === 0) throw unauthorized('INVALID_CREDENTIALS', 'The password has just been changed.');
      const sessions = await tx.$queryRaw<{ id: string }[]>`
        UPDATE sessions SET revoked_at = now()
        WHERE user_id = ${id}::uuid AND id IS DISTINCT FROM ${sessionId}::uuid
          AND revoked_at IS NULL AND expires_at > now()
        RETURNING id`;
      announce(tx, { sessionsOf: [id] });
      const subject = { type: 'user', id } as const;
      const payload = { sessions: sessions.length };
      await recordAudit(tx, { action: 'user.password-changed', actor: caller, subject, payload }, origin);
      await recordEvent(tx, { type: 'user.password-changed', tenantId, subjectId: id, payload });
      await notify(tx, id, { kind: 'password.changed', topic: `password:${uuidv7()}`, payload: {} });
      return sessions;
    });
    for (const session of ended) await this.streams.endAllSoon(id, session.id);
  }
}
