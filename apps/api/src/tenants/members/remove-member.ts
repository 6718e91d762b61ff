import { Injectable } from '@nestjs/common';
import { announce } from '#libs/database/announce.js';
import { Database } from '#libs/database/database.js';
import { acrossTenants } from '#libs/database/wall/tenant-scope.js';
import { recordEvent } from '#libs/events/record.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import { Streams } from '../../playback/streams.js';
import { lockAdmins } from '../../users/lock-admins.js';
import { lastOwner, lockMember } from './lock-member.js';

/**
 * Ends a membership, and with it the account, its sessions and its keys, at once. What the member has uploaded is the
 * tenant's and stays.
 */
@Injectable()
export class RemoveMember {
  constructor(
    private readonly database: Database,
    private readonly streams: Streams,
  ) {}

  /** @throws Problem MEMBER_NOT_FOUND, LAST_OWNER, LAST_ADMIN */
  async run(id: string, caller: Caller, origin: Origin): Promise<void> {
    await this.database.transaction(async (tx) => {
      // As when administrators change roles, and before any owner is locked: one order for all who lock both.
      // Across tenants: the administrators of the installation are in several.
      const admins = await acrossTenants(() => lockAdmins(tx));
      const { member, isLastOwner } = await lockMember(tx, id, caller.tenantId);
      if (isLastOwner) throw lastOwner();
      if (admins.length === 1 && admins[0]?.id === id)
        throw new Problem('LAST_ADMIN', 'This is the only administrator of the installation.');
      await tx.user.delete({ where: { id, tenantId: caller.tenantId }, select: { id: true } });
      announce(tx, { sessionsOf: [id] });
      const { email, tenantRole } = member;
      const subject = { type: 'user', id } as const;
      const payload = { email, role: tenantRole };
      await recordAudit(tx, { action: 'member.removed', actor: caller, subject, payload }, origin);
      const { tenantId } = caller;
      await recordEvent(tx, { type: 'tenant.member-removed', tenantId, subjectId: id, payload: { email } });
    });
    await this.streams.endAllSoon(id);
  }
}
