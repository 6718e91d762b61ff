import { Body, Controller, Get, Param, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '#libs/database/database.js';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../http/access.js';
import { isUuid } from '../http/uuid.js';
import { Answers, Problems } from '../openapi/answers.js';
import { Problem } from '../problem/problem.js';
import { ChangeRole } from './change-role.js';
import { changeUserSchema, toUserView, userSchema, type ChangeUser, type UserView } from './user.schema.js';

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(
    private readonly database: Database,
    private readonly changeRole: ChangeRole,
  ) {}

  @Get('me')
  @Access('user')
  @ApiOperation({ summary: 'See the signed-in account' })
  @Answers(200, userSchema)
  async me(@CurrentCaller() caller: Caller): Promise<UserView> {
    return toUserView(await this.database.client.user.findUniqueOrThrow({ where: { id: caller.userId } }));
  }

  @Patch(':id')
  @Access('admin')
  @ApiOperation({ summary: 'Make an account an administrator, or an ordinary one' })
  @Answers(200, userSchema)
  @Problems('VALIDATION_FAILED', 'USER_NOT_FOUND', 'LAST_ADMIN')
  change(
    @Param('id') id: string,
    @Body({ schema: changeUserSchema }) { role }: ChangeUser,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<UserView> {
    if (!isUuid(id)) throw new Problem('USER_NOT_FOUND', 'There is no such account.');
    return this.changeRole.run(id, role, caller, origin);
  }
}
