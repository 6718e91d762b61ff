import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import { toTenantView, type ChangeTenantInput, type TenantView } from './tenant.schema.js';

@Injectable()
export class ChangeTenant {
  constructor(private readonly database: Database) {}

  async run(change: ChangeTenantInput, caller: Caller, origin: Origin): Promise<TenantView> {
    const id = caller.tenantId;
    return this.database.transaction(async (tx) => {
      const tenant = await tx.tenant.update({ where: { id }, data: change });
      const subject = { type: 'tenant', id } as const;
      await recordAudit(tx, { action: 'tenant.changed', actor: caller, subject, payload: { ...change } }, origin);
      return toTenantView(tenant);
    });
  }
}
