import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../../http/access.js';
import { pageOf, type Page } from '../../http/page.js';
import { isUuid } from '../../http/uuid.js';
import { Answers, AnswersNothing, Problems } from '../../openapi/answers.js';
import { Problem } from '../../problem/problem.js';
import { EndSessions } from './end-sessions.js';
import { ListSessions } from './list-sessions.js';
import { sessionListQuery, sessionSchema, type SessionListQuery, type SessionView } from './session.schema.js';

@ApiTags('auth')
@Access('viewer', null)
@Controller('auth/sessions')
export class SessionsController {
  constructor(
    private readonly listSessions: ListSessions,
    private readonly endSessions: EndSessions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the devices that are signed in, newest first' })
  @Answers(200, pageOf('SessionPage', sessionSchema))
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  list(
    @Query({ schema: sessionListQuery }) query: SessionListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<SessionView>> {
    return this.listSessions.run(query, caller);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Sign a device out' })
  @AnswersNothing()
  @Problems('SESSION_NOT_FOUND')
  async remove(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<void> {
    const ended = isUuid(id) && (await this.endSessions.one(id, 'auth.session-revoked', caller, origin));
    if (!ended) throw new Problem('SESSION_NOT_FOUND', 'There is no such session of this account.');
  }
}
