import { Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../http/access.js';
import { Answers, AnswersNothing, Problems } from '../../openapi/answers.js';
import { Block } from './block.js';
import {
  countedPersonPageSchema,
  followStateSchema,
  personListQuery,
  type CountedPersonPage,
  type FollowState,
  type PersonListQuery,
} from './follow.schema.js';
import { Follow } from './follow.js';
import { ListPeople } from './list-people.js';

/** What is between the caller and somebody. */
@ApiTags('profiles')
@Access('viewer', null)
@Controller('users/:username')
export class FollowsController {
  constructor(
    private readonly follow: Follow,
    private readonly block: Block,
    private readonly people: ListPeople,
  ) {}

  @Put('follow')
  @ApiOperation({ summary: 'Follow somebody, or ask a private profile for it' })
  @Answers(200, followStateSchema)
  @Problems('USER_NOT_FOUND', 'OWN_PROFILE', 'BLOCKED_BY_YOU')
  begin(@Param('username') username: string, @CurrentCaller() caller: Caller): Promise<FollowState> {
    return this.follow.begin(username, caller);
  }

  @Delete('follow')
  @ApiOperation({ summary: 'Follow somebody no longer, or withdraw the request' })
  @Answers(200, followStateSchema)
  @Problems('USER_NOT_FOUND')
  end(@Param('username') username: string, @CurrentCaller() caller: Caller): Promise<FollowState> {
    return this.follow.end(username, caller);
  }

  @Put('block')
  @ApiOperation({ summary: 'Block somebody: neither sees the other from now on' })
  @AnswersNothing()
  @Problems('USER_NOT_FOUND', 'OWN_PROFILE')
  async shutOut(@Param('username') username: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.block.begin(username, caller);
  }

  @Delete('block')
  @ApiOperation({ summary: 'Block somebody no longer' })
  @AnswersNothing()
  @Problems('USER_NOT_FOUND')
  async letIn(@Param('username') username: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.block.end(username, caller);
  }

  @Get('followers')
  @Access('viewer')
  @ApiOperation({ summary: 'List who follows them, newest first' })
  @Answers(200, countedPersonPageSchema)
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR', 'FORBIDDEN', 'USER_NOT_FOUND')
  followers(
    @Param('username') username: string,
    @Query({ schema: personListQuery }) query: PersonListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<CountedPersonPage> {
    return this.people.ofProfile('followers', username, query, caller);
  }

  @Get('following')
  @Access('viewer')
  @ApiOperation({ summary: 'List whom they follow, newest first' })
  @Answers(200, countedPersonPageSchema)
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR', 'FORBIDDEN', 'USER_NOT_FOUND')
  following(
    @Param('username') username: string,
    @Query({ schema: personListQuery }) query: PersonListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<CountedPersonPage> {
    return this.people.ofProfile('following', username, query, caller);
  }
}
