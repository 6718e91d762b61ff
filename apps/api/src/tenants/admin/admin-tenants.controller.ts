import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../../http/access.js';
import { pageOf, type Page } from '../../http/page.js';
import { isUuid } from '../../http/uuid.js';
import { Answers, Problems } from '../../openapi/answers.js';
import { Problem } from '../../problem/problem.js';
import { ChangeLimits } from './change-limits.js';
import { ListTenants } from './list-tenants.js';
import { SuspendTenant } from './suspend-tenant.js';
import {
  limitsSchema,
  tenantEntrySchema,
  tenantListQuery,
  type TenantEntry,
  type TenantLimits,
  type TenantListQuery,
} from './tenants.schema.js';

/** Every tenant, for the administrators of the installation. */
@ApiTags('tenants')
@Access('admin')
@Controller('admin/tenants')
export class AdminTenantsController {
  constructor(
    private readonly listTenants: ListTenants,
    private readonly changeLimits: ChangeLimits,
    private readonly suspendTenant: SuspendTenant,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List tenants and what they have, newest first' })
  @Answers(200, pageOf('TenantPage', tenantEntrySchema))
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  list(@Query({ schema: tenantListQuery }) query: TenantListQuery): Promise<Page<TenantEntry>> {
    return this.listTenants.run(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'See a tenant and what it has' })
  @Answers(200, tenantEntrySchema)
  @Problems('TENANT_NOT_FOUND')
  get(@Param('id') id: string): Promise<TenantEntry> {
    return this.listTenants.one(known(id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Give a tenant limits of its own' })
  @Answers(200, tenantEntrySchema)
  @Problems('VALIDATION_FAILED', 'TENANT_NOT_FOUND')
  async change(
    @Param('id') id: string,
    @Body({ schema: limitsSchema }) limits: TenantLimits,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<TenantEntry> {
    await this.changeLimits.run(known(id), limits, caller, origin);
    return this.listTenants.one(id);
  }

  @Post(':id/suspend')
  @ApiOperation({ summary: 'Refuse everything that members and keys of a tenant ask for, from now on' })
  @Answers(200, tenantEntrySchema)
  @Problems('TENANT_NOT_FOUND', 'OWN_TENANT')
  async suspend(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<TenantEntry> {
    await this.suspendTenant.run(known(id), true, caller, origin);
    return this.listTenants.one(id);
  }

  @Post(':id/unsuspend')
  @ApiOperation({ summary: 'Let a tenant in again' })
  @Answers(200, tenantEntrySchema)
  @Problems('TENANT_NOT_FOUND')
  async unsuspend(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<TenantEntry> {
    await this.suspendTenant.run(known(id), false, caller, origin);
    return this.listTenants.one(id);
  }
}

/** @throws Problem TENANT_NOT_FOUND */
function known(id: string): string {
  if (!isUuid(id)) throw new Problem('TENANT_NOT_FOUND', 'There is no such tenant.');
  return id;
}
