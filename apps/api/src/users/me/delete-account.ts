import { Injectable } from '@nestjs/common';
import { announce } from '#libs/database/announce.js';
import { Database } from '#libs/database/database.js';
import { acrossTenants } from '#libs/database/wall/tenant-scope.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { enqueue } from '#libs/queue/enqueue.js';
import { recordAudit } from '../../audit/record.js';
import { unauthorized } from '../../auth/challenge.js';
import { Passwords } from '../../auth/passwords.js';
import type { Caller, Origin } from '../../http/access.js';
import { Streams } from '../../playback/streams.js';
import { Problem } from '../../problem/problem.js';
import { lockMember } from '../../tenants/members/lock-member.js';
import { lockAdmins } from '../lock-admins.js';

/**
 * Ends the caller's own account at once, with its sessions and keys; a job removes its files and what else tells of
 * the person. A tenant whose only member leaves goes with them; one that has others needs another owner first.
 */
@Injectable()
export class DeleteAccount {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly passwords: Passwords,
    private readonly streams: Streams,
  ) {}

  /** @throws Problem INVALID_CREDENTIALS, LAST_OWNER, LAST_ADMIN, OVERLOADED */
  async run(password: string, { userId: id, tenantId }: Caller, origin: Origin): Promise<void> {
    const user = await this.database.client.user.findFirst({ where: { id, tenantId }, select: { passwordHash: true } });
    if (!(await this.passwords.matches(password, user?.passwordHash)))
      throw unauthorized('INVALID_CREDENTIALS', 'The password is wrong.');
    const token = await this.database.transaction(async (tx) => {
      // Across tenants: the administrators of the installation are in several.
      const admins = await acrossTenants(() => lockAdmins(tx));
      const { isLastOwner } = await lockMember(tx, id, tenantId);
      // Whoever is taking an invitation at the moment is waited for, and counted; who comes later finds none.
      await tx.$queryRaw`SELECT 1 FROM invitations WHERE tenant_id = ${tenantId}::uuid FOR UPDATE`;
      const withTenant = (await tx.user.count({ where: { tenantId } })) === 1;
      if (isLastOwner && !withTenant)
        throw new Problem(
          'LAST_OWNER',
          'The tenant has other members: make one of them an owner, or remove them first.',
        );
      if (admins.length === 1 && admins[0]?.id === id)
        throw new Problem('LAST_ADMIN', 'This is the only administrator; make somebody else one first.');
      await tx.user.delete({ where: { id, tenantId }, select: { id: true } });
      announce(tx, { sessionsOf: [id] });
      // Nobody is invited into a tenant that is about to go.
      if (withTenant) await tx.invitation.deleteMany({ where: { tenantId } });
      const actor = { userId: id, tenantId };
      const payload = { withTenant };
      await recordAudit(tx, { action: 'user.deleted', actor, subject: { type: 'user', id }, payload }, origin);
      return enqueue(tx, { kind: 'erase-account', tenantId, payload: { userId: id, withTenant } });
    });
    await this.streams.endAllSoon(id);
    await this.dispatcher.dispatch([token]);
  }
}
