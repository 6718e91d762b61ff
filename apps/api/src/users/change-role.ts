import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import { Problem } from '../problem/problem.js';
import { lockAdmins } from './lock-admins.js';
import { toUserView, type UserView } from './user.schema.js';

/** Makes an account an administrator, or an ordinary one again; it counts from its next request. */
@Injectable()
export class ChangeRole {
  constructor(private readonly database: Database) {}

  /** @throws Problem USER_NOT_FOUND, LAST_ADMIN */
  async run(id: string, role: 'USER' | 'ADMIN', caller: Caller, origin: Origin): Promise<UserView> {
    return this.database.transaction(async (tx) => {
      // Every administrator is locked, so that of two who demote each other at once one remains.
      const admins = await lockAdmins(tx);
      const user = await tx.user.findUnique({ where: { id } });
      if (!user) throw new Problem('USER_NOT_FOUND', 'There is no such account.');
      if (user.role === role) return toUserView(user);
      if (role === 'USER' && admins.length === 1)
        throw new Problem('LAST_ADMIN', 'This is the only administrator; make somebody else one first.');
      const changed = await tx.user.update({ where: { id }, data: { role } });
      const payload = { from: user.role, to: role };
      await recordAudit(
        tx,
        { action: 'user.role-changed', actor: caller, subject: { type: 'user', id }, payload },
        origin,
      );
      return toUserView(changed);
    });
  }
}
