import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import type { TenantLimits } from './tenants.schema.js';

/** Gives a tenant limits of its own. One that has more already keeps it, and gets nothing more. */
@Injectable()
export class ChangeLimits {
  constructor(private readonly database: Database) {}

  /** @throws Problem TENANT_NOT_FOUND */
  async run(tenantId: string, limits: TenantLimits, caller: Caller, origin: Origin): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { streamLimit } = limits;
      if (streamLimit !== undefined) await tx.tenant.updateMany({ where: { id: tenantId }, data: { streamLimit } });
      const { count } = await tx.tenantQuota.updateMany({
        where: { tenantId },
        data: {
          bytesLimit: limits.bytes,
          filesLimit: limits.files,
          monthlyUploadsLimit: limits.monthlyUploads,
          transcodeMinutesLimit: limits.transcodeMinutes,
        },
      });
      if (count === 0) throw new Problem('TENANT_NOT_FOUND', 'There is no such tenant.');
      const subject = { type: 'tenant', id: tenantId } as const;
      const payload = { ...limits };
      await recordAudit(tx, { action: 'tenant.limits-changed', actor: caller, subject, payload }, origin);
    });
  }
}
