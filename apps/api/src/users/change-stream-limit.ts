import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import { Problem } from '../problem/problem.js';
import { toUserView, type UserView } from './user.schema.js';

/** Says how many streams an account may watch at once; what it is watching goes on. */
@Injectable()
export class ChangeStreamLimit {
  constructor(private readonly database: Database) {}

  /**
   * @param limit null: as its tenant says
   * @throws Problem USER_NOT_FOUND
   */
  async run(id: string, limit: number | null, caller: Caller, origin: Origin): Promise<UserView> {
    return this.database.transaction(async (tx) => {
      const [user] = await tx.user.findMany({ where: { id } });
      if (!user) throw new Problem('USER_NOT_FOUND', 'There is no such account.');
      if (user.streamLimit === limit) return toUserView(user);
      const changed = await tx.user.update({ where: { id }, data: { streamLimit: limit } });
      const payload = { from: user.streamLimit, to: limit };
      const subject = { type: 'user', id } as const;
      await recordAudit(tx, { action: 'user.stream-limit-changed', actor: caller, subject, payload }, origin);
      return toUserView(changed);
    });
  }
}
