import { Injectable } from '@nestjs/common';
import { announce } from '#libs/database/announce.js';
import { Database } from '#libs/database/database.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { Streams } from '../../playback/streams.js';

/**
 * Signs devices out: their refresh tokens are worthless from then on, and so are their access tokens. Then their
 * streams end, in this order: a stream that begins meanwhile sees that its session has ended.
 */
@Injectable()
export class EndSessions {
  constructor(
    private readonly database: Database,
    private readonly streams: Streams,
  ) {}

  /** @returns false when the account has no such live session */
  async one(
    id: string,
    action: 'auth.logout' | 'auth.session-revoked',
    caller: Caller,
    origin: Origin,
  ): Promise<boolean> {
    const found = await this.database.transaction(async (tx) => {
      const ended = await tx.$executeRaw`
        UPDATE sessions SET revoked_at = now()
        WHERE id = ${id}::uuid AND user_id = ${caller.userId}::uuid AND revoked_at IS NULL AND expires_at > now()`;
      if (ended === 0) return false;
      announce(tx, { sessionsOf: [caller.userId] });
      await recordAudit(tx, { action, actor: caller, subject: { type: 'session', id } }, origin);
      return true;
    });
    if (found) await this.streams.endAllSoon(caller.userId, id);
    return found;
  }

  /** Every device of the account, the one that asks among them. */
  async all(caller: Caller, origin: Origin): Promise<void> {
    await this.database.transaction(async (tx) => {
      const sessions = await tx.$executeRaw`
        UPDATE sessions SET revoked_at = now()
        WHERE user_id = ${caller.userId}::uuid AND revoked_at IS NULL AND expires_at > now()`;
      announce(tx, { sessionsOf: [caller.userId] });
      const subject = { type: 'user' as const, id: caller.userId };
      await recordAudit(tx, { action: 'auth.logout-all', actor: caller, subject, payload: { sessions } }, origin);
    });
    await this.streams.endAllSoon(caller.userId);
  }
}
