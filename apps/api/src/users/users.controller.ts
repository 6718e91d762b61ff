import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../http/access.js';
import { pageOf, type Page } from '../http/page.js';
import { isUuid } from '../http/uuid.js';
import { Answers, Problems } from '../openapi/answers.js';
import { Problem } from '../problem/problem.js';
import { ChangeRole } from './change-role.js';
import { ChangeStreamLimit } from './change-stream-limit.js';
import { ListUsers } from './list-users.js';
import {
  changeUserSchema,
  listedUserSchema,
  userListQuery,
  userSchema,
  type ChangeUser,
  type ListedUser,
  type UserListQuery,
  type UserView,
} from './user.schema.js';

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(
    private readonly listUsers: ListUsers,
    private readonly changeRole: ChangeRole,
    private readonly changeStreamLimit: ChangeStreamLimit,
  ) {}

  @Get()
  @Access('admin')
  @ApiOperation({ summary: 'List accounts, newest first' })
  @Answers(200, pageOf('UserPage', listedUserSchema))
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  list(@Query({ schema: userListQuery }) query: UserListQuery): Promise<Page<ListedUser>> {
    return this.listUsers.run(query);
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
