import { Injectable } from '@nestjs/common';
import { announce } from '#libs/database/announce.js';
import { Database } from '#libs/database/database.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { Streams } from '../../playback/streams.js';
import { Problem } from '../../problem/problem.js';

/**
 * Shuts a tenant out, or lets it in again. Every request asks for it, so it counts at once, in every process. Streams
 * that run are ended: their URLs ask for nothing but their place. Jobs of
 * what was uploaded before go on: they cost a bounded amount, and half-made files would help nobody.
 */
@Injectable()
export class SuspendTenant {
  constructor(
    private readonly database: Database,
    private readonly streams: Streams,
  ) {}

  /** @throws Problem TENANT_NOT_FOUND, OWN_TENANT */
  async run(id: string, suspended: boolean, caller: Caller, origin: Origin): Promise<void> {
    if (suspended && id === caller.tenantId)
      throw new Problem('OWN_TENANT', 'This is your own tenant; another administrator’s tenant has to suspend it.');
    const shutOut = await this.database.transaction(async (tx) => {
      const { count } = await tx.tenant.updateMany({
        where: { id, suspendedAt: suspended ? null : { not: null } },
        data: { suspendedAt: suspended ? new Date() : null },
      });
      if (count === 0 && !(await tx.tenant.findUnique({ where: { id }, select: { id: true } })))
        throw new Problem('TENANT_NOT_FOUND', 'There is no such tenant.');
      const action = suspended ? 'tenant.suspended' : 'tenant.unsuspended';
      if (count > 0) await recordAudit(tx, { action, actor: caller, subject: { type: 'tenant', id } }, origin);
      if (!suspended) return [];
      const users = await tx.user.findMany({ where: { tenantId: id }, select: { id: true } });
      const ids = users.map((user) => user.id);
      announce(tx, { sessionsOf: ids });
      return ids;
    });
    await this.streams.endAllOf(shutOut);
  }
}
