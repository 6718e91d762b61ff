import { Body, Controller, Delete, Get, Param, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '#libs/database/database.js';
import { confirmSchema, type ConfirmInput } from '../auth/auth.schema.js';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../http/access.js';
import { isUuid } from '../http/uuid.js';
import { Answers, AnswersNothing, Problems } from '../openapi/answers.js';
import { Problem } from '../problem/problem.js';
import { RateLimited } from '../rate-limit/policies.js';
import { ChangeRole } from './change-role.js';
import { DeleteAccount } from './delete-account.js';
import { ChangeStreamLimit } from './change-stream-limit.js';
import { changeUserSchema, toUserView, userSchema, type ChangeUser, type UserView } from './user.schema.js';

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(
    private readonly database: Database,
    private readonly changeRole: ChangeRole,
    private readonly deleteAccount: DeleteAccount,
    private readonly changeStreamLimit: ChangeStreamLimit,
  ) {}

  @Get('me')
  @Access('viewer')
  @ApiOperation({ summary: 'See the signed-in account' })
  @Answers(200, userSchema)
  async me(@CurrentCaller() { userId: id, tenantId }: Caller): Promise<UserView> {
    return toUserView(await this.database.client.user.findUniqueOrThrow({ where: { id, tenantId } }));
  }

  @Delete('me')
  @Access('viewer', null)
  @RateLimited('auth')
  @ApiOperation({
    summary: 'Delete the signed-in account, with all that it has uploaded',
    description: 'At once; its files are removed by a job. A tenant goes with its only member.',
  })
  @AnswersNothing()
  @Problems('VALIDATION_FAILED', 'INVALID_CREDENTIALS', 'LAST_OWNER', 'LAST_ADMIN', 'RATE_LIMITED', 'OVERLOADED')
  async remove(
    @Body({ schema: confirmSchema }) { password }: ConfirmInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<void> {
    await this.deleteAccount.run(password, caller, origin);
  }

  @Patch(':id')
  @Access('admin')
  @ApiOperation({ summary: 'Change what an account is, or how many streams it may watch at once' })
  @Answers(200, userSchema)
  @Problems('VALIDATION_FAILED', 'USER_NOT_FOUND', 'LAST_ADMIN')
  change(
    @Param('id') id: string,
    @Body({ schema: changeUserSchema }) { role, streamLimit }: ChangeUser,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<UserView> {
    if (!isUuid(id)) throw new Problem('USER_NOT_FOUND', 'There is no such account.');
    if (role !== undefined) return this.changeRole.run(id, role, caller, origin);
    return this.changeStreamLimit.run(id, streamLimit ?? null, caller, origin);
  }
}
