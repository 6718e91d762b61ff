import { Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../http/access.js';
import { Answers, AnswersNothing, Problems } from '../../openapi/answers.js';
import {
  countedPersonPageSchema,
  personListQuery,
  type CountedPersonPage,
  type PersonListQuery,
} from './follow.schema.js';
import { ListPeople } from './list-people.js';
import { FollowRequests } from './requests.js';

/** Who wants something of the caller, and who is shut out. */
@ApiTags('profiles')
@Access('viewer', null)
@Controller('users/me')
export class OwnListsController {
  constructor(
    private readonly people: ListPeople,
    private readonly requests: FollowRequests,
  ) {}

  @Get('follow-requests')
  @ApiOperation({ summary: 'List who wants to follow a private profile, newest first' })
  @Answers(200, countedPersonPageSchema)
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  list(
    @Query({ schema: personListQuery }) query: PersonListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<CountedPersonPage> {
    return this.people.ofOwn('requests', query, caller);
  }

  @Put('follow-requests/:username')
  @ApiOperation({ summary: 'Let somebody follow' })
  @AnswersNothing()
  @Problems('USER_NOT_FOUND', 'FOLLOW_REQUEST_NOT_FOUND')
  async accept(@Param('username') username: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.requests.accept(username, caller);
  }

  @Delete('follow-requests/:username')
  @ApiOperation({ summary: 'Do not let somebody follow; they are not told' })
  @AnswersNothing()
  @Problems('USER_NOT_FOUND', 'FOLLOW_REQUEST_NOT_FOUND')
  async refuse(@Param('username') username: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.requests.refuse(username, caller);
  }

  @Get('blocks')
  @ApiOperation({ summary: 'List whom one has blocked, newest first' })
  @Answers(200, countedPersonPageSchema)
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  blocks(
    @Query({ schema: personListQuery }) query: PersonListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<CountedPersonPage> {
    return this.people.ofOwn('blocks', query, caller);
  }
}
