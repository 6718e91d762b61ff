import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '#libs/database/database.js';
import { Access, CurrentCaller, type Caller } from '../http/access.js';
import { Answers } from '../openapi/answers.js';
import { toUserView, userSchema, type UserView } from './user.schema.js';

@ApiTags('users')
@Access('user')
@Controller('users')
export class UsersController {
  constructor(private readonly database: Database) {}

  @Get('me')
  @ApiOperation({ summary: 'See the signed-in account' })
  @Answers(200, userSchema)
  async me(@CurrentCaller() caller: Caller): Promise<UserView> {
    return toUserView(await this.database.client.user.findUniqueOrThrow({ where: { id: caller.userId } }));
  }
}
