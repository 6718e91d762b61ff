import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '#libs/database/database.js';
import { Quotas } from '#libs/quotas/quotas.js';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../http/access.js';
import { Answers, Problems } from '../openapi/answers.js';
import { ChangeTenant } from './change-tenant.js';
import {
  changeTenantSchema,
  tenantSchema,
  tenantUsageSchema,
  toTenantView,
  type ChangeTenantInput,
  type TenantUsage,
  type TenantView,
} from './tenant.schema.js';

/** The caller's own tenant. */
@ApiTags('tenant')
@Access('viewer')
@Controller('tenant')
export class TenantController {
  constructor(
    private readonly database: Database,
    private readonly quotas: Quotas,
    private readonly changeTenant: ChangeTenant,
  ) {}

  @Get()
  @ApiOperation({ summary: 'See the tenant' })
  @Answers(200, tenantSchema)
  async get(@CurrentCaller() { tenantId: id }: Caller): Promise<TenantView> {
    return toTenantView(await this.database.client.tenant.findFirstOrThrow({ where: { id } }));
  }

  @Patch()
  @Access('owner')
  @ApiOperation({ summary: 'Change the tenant' })
  @Answers(200, tenantSchema)
  @Problems('VALIDATION_FAILED')
  change(
    @Body({ schema: changeTenantSchema }) change: ChangeTenantInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<TenantView> {
    return this.changeTenant.run(change, caller, origin);
  }

  @Get('usage')
  @ApiOperation({ summary: 'See what the tenant has, and may have' })
  @Answers(200, tenantUsageSchema)
  usage(@CurrentCaller() { tenantId }: Caller): Promise<TenantUsage> {
    return this.quotas.usage(tenantId);
  }
}
