import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import type { TenantRole } from '#libs/database/generated/client.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { lastOwner, lockMember } from './lock-member.js';
import { toMemberView, type MemberView } from './member.schema.js';

/** Gives a member another role; it counts from their next request, and for their keys as well. */
@Injectable()
export class ChangeMember {
  constructor(private readonly database: Database) {}

  /** @throws Problem MEMBER_NOT_FOUND, LAST_OWNER */
  async run(id: string, role: TenantRole, caller: Caller, origin: Origin): Promise<MemberView> {
    return this.database.transaction(async (tx) => {
      const { member, isLastOwner } = await lockMember(tx, id, caller.tenantId);
      if (member.tenantRole === role) return toMemberView(member);
      if (isLastOwner) throw lastOwner();
      const where = { id, tenantId: caller.tenantId };
      const changed = await tx.user.update({ where, data: { tenantRole: role } });
      const payload = { from: member.tenantRole, to: role };
      const subject = { type: 'user', id } as const;
      await recordAudit(tx, { action: 'member.role-changed', actor: caller, subject, payload }, origin);
      return toMemberView(changed);
    });
  }
}
