import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '#libs/database/database.js';
import { recordAudit } from '../../audit/record.js';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../../http/access.js';
import { after, NEWEST_FIRST, pageOf, toPage, type Page } from '../../http/page.js';
import { isUuid } from '../../http/uuid.js';
import { Idempotent } from '../../idempotency/idempotent.interceptor.js';
import { Answers, AnswersNothing, Problems } from '../../openapi/answers.js';
import { Problem } from '../../problem/problem.js';
import {
  createdInvitationSchema,
  invitationListQuery,
  invitationSchema,
  inviteSchema,
  toInvitationView,
  type CreatedInvitation,
  type InvitationListQuery,
  type InvitationView,
  type InviteInput,
} from './invitation.schema.js';
import { Invite } from './invite.js';

@ApiTags('tenant')
@Access('owner')
@Controller('tenant/invitations')
export class InvitationsController {
  constructor(
    private readonly database: Database,
    private readonly invite: Invite,
  ) {}

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Invite an e-mail address into the tenant',
    description: 'Hand the token on: it is good once, for seven days, for that address.',
  })
  @Answers(201, createdInvitationSchema)
  @Problems('VALIDATION_FAILED', 'ALREADY_MEMBER')
  create(
    @Body({ schema: inviteSchema }) input: InviteInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<CreatedInvitation> {
    return this.invite.run(input, caller, origin);
  }

  @Get()
  @ApiOperation({ summary: 'List the invitations that were not accepted yet, newest first' })
  @Answers(200, pageOf('InvitationPage', invitationSchema))
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  async list(
    @Query({ schema: invitationListQuery }) { limit, cursor }: InvitationListQuery,
    @CurrentCaller() { tenantId }: Caller,
  ): Promise<Page<InvitationView>> {
    const rows = await this.database.client.invitation.findMany({
      where: { tenantId, ...after(cursor) },
      omit: { hash: true, tenantId: true },
      orderBy: NEWEST_FIRST,
      take: limit + 1,
    });
    return toPage(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }), toInvitationView);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Withdraw an invitation' })
  @AnswersNothing()
  @Problems('INVITATION_NOT_FOUND')
  async withdraw(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<void> {
    const where = { id, tenantId: caller.tenantId };
    await this.database.transaction(async (tx) => {
      const { count } = isUuid(id) ? await tx.invitation.deleteMany({ where }) : { count: 0 };
      if (count === 0) throw new Problem('INVITATION_NOT_FOUND', 'There is no such invitation of this tenant.');
      const subject = { type: 'invitation', id } as const;
      await recordAudit(tx, { action: 'invitation.withdrawn', actor: caller, subject }, origin);
    });
  }
}
