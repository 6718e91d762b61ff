import { Module } from '@nestjs/common';
import { StreamsModule } from '../playback/streams.module.js';
import { AdminTenantsController } from './admin/admin-tenants.controller.js';
import { ChangeLimits } from './admin/change-limits.js';
import { ListTenants } from './admin/list-tenants.js';
import { SuspendTenant } from './admin/suspend-tenant.js';
import { ChangeTenant } from './change-tenant.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { Invite } from './invitations/invite.js';
import { ChangeMember } from './members/change-member.js';
import { MembersController } from './members/members.controller.js';
import { RemoveMember } from './members/remove-member.js';
import { TenantController } from './tenant.controller.js';

/** The boundary of data, limits and bills: members, invitations, usage; and all tenants, for administrators. */
@Module({
  imports: [StreamsModule],
  controllers: [TenantController, MembersController, InvitationsController, AdminTenantsController],
  providers: [ChangeTenant, ChangeMember, RemoveMember, Invite, ListTenants, ChangeLimits, SuspendTenant],
})
export class TenantsModule {}
