import { Body, Controller, Delete, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '#libs/database/database.js';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../../http/access.js';
import { after, NEWEST_FIRST, pageOf, toPage, type Page } from '../../http/page.js';
import { isUuid } from '../../http/uuid.js';
import { Answers, AnswersNothing, Problems } from '../../openapi/answers.js';
import { Problem } from '../../problem/problem.js';
import { ChangeMember } from './change-member.js';
import {
  changeMemberSchema,
  memberListQuery,
  memberSchema,
  toMemberView,
  type ChangeMember as ChangeMemberInput,
  type MemberListQuery,
  type MemberView,
} from './member.schema.js';
import { RemoveMember } from './remove-member.js';

@ApiTags('tenant')
@Access('owner')
@Controller('tenant/members')
export class MembersController {
  constructor(
    private readonly database: Database,
    private readonly changeMember: ChangeMember,
    private readonly removeMember: RemoveMember,
  ) {}

  @Get()
  @Access('viewer')
  @ApiOperation({ summary: 'List the members of the tenant, newest first' })
  @Answers(200, pageOf('MemberPage', memberSchema))
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  async list(
    @Query({ schema: memberListQuery }) { limit, cursor }: MemberListQuery,
    @CurrentCaller() { tenantId }: Caller,
  ): Promise<Page<MemberView>> {
    const where = { tenantId, ...after(cursor) };
    const rows = await this.database.client.user.findMany({ where, orderBy: NEWEST_FIRST, take: limit + 1 });
    return toPage(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }), toMemberView);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Give a member another role' })
  @Answers(200, memberSchema)
  @Problems('VALIDATION_FAILED', 'MEMBER_NOT_FOUND', 'LAST_OWNER')
  change(
    @Param('id') id: string,
    @Body({ schema: changeMemberSchema }) { role }: ChangeMemberInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<MemberView> {
    if (!isUuid(id)) throw unknown();
    return this.changeMember.run(id, role, caller, origin);
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Remove a member',
    description: 'The account ends, with its sessions and keys, at once. Its files stay with the tenant.',
  })
  @AnswersNothing()
  @Problems('MEMBER_NOT_FOUND', 'LAST_OWNER', 'LAST_ADMIN')
  async remove(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<void> {
    if (!isUuid(id)) throw unknown();
    await this.removeMember.run(id, caller, origin);
  }
}

const unknown = (): Problem => new Problem('MEMBER_NOT_FOUND', 'There is no such member of this tenant.');
