import { Controller, Delete, Get, Headers, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../http/access.js';
import { isUuid } from '../http/uuid.js';
import { Idempotent } from '../idempotency/idempotent.interceptor.js';
import { Answers, AnswersNothing, Problems } from '../openapi/answers.js';
import { Problem } from '../problem/problem.js';
import { clientLanguage } from '../http/client-language.js';
import { Play } from './play.js';
import {
  endStreamsQuery,
  heartbeatSchema,
  limitProblemSchema,
  startedSchema,
  streamListSchema,
  toStream,
  type ActiveStream,
  type HeartbeatView,
  type StartedPlayback,
} from './playback.schema.js';
import { Streams } from './streams.js';

@ApiTags('playback')
@Access('viewer', null)
@Controller()
export class PlaybackController {
  constructor(
    private readonly play: Play,
    private readonly streams: Streams,
  ) {}

  @Post('assets/:id/play')
  @Idempotent()
  @ApiOperation({
    summary: 'Take a place for a stream',
    description:
      'The place is taken until the player stops or is not heard of for a while: send a heartbeat every heartbeatSeconds.',
  })
  @Answers(201, startedSchema)
  @ApiResponse({ status: 403, standardSchema: limitProblemSchema, description: 'PLAYBACK_LIMIT_REACHED' })
  @Problems('ASSET_NOT_FOUND', 'ASSET_NOT_PLAYABLE', 'PLAYBACK_NOT_READY', 'PLAYBACK_UNAVAILABLE')
  start(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Headers('accept-language') language: string | undefined,
  ): Promise<StartedPlayback> {
    return this.play.run(id, withSession(caller), clientLanguage(language));
  }

  @Get('playbacks')
  @ApiOperation({ summary: 'See what the account is watching at the moment' })
  @Answers(200, streamListSchema)
  @Problems('PLAYBACK_UNAVAILABLE')
  async list(@CurrentCaller() caller: Caller): Promise<{ items: ActiveStream[] }> {
    const leases = await this.streams.list(caller.userId);
    return { items: leases.map((lease) => toStream(lease, caller.sessionId)) };
  }

  @Post('playbacks/:id/heartbeat')
  @ApiOperation({ summary: 'Keep the place of a stream' })
  @Answers(200, heartbeatSchema)
  @Problems('PLAYBACK_NOT_FOUND', 'PLAYBACK_UNAVAILABLE')
  async heartbeat(@Param('id') id: string, @CurrentCaller() { userId }: Caller): Promise<HeartbeatView> {
    const lease = isUuid(id) ? await this.streams.beat(userId, id) : null;
    if (!lease)
      throw new Problem(
        'PLAYBACK_NOT_FOUND',
        'There is no such playback, or none any longer: ask for the asset again.',
      );
    return { playbackId: lease.id, expiresAt: lease.expiresAt.toISOString() };
  }

  @Delete('playbacks/:id')
  @ApiOperation({
    summary: 'Stop watching, on this device or another one',
    description: 'Said twice, it is done once.',
  })
  @AnswersNothing()
  @Problems('PLAYBACK_UNAVAILABLE')
  async stop(@Param('id') id: string, @CurrentCaller() { userId }: Caller): Promise<void> {
    if (isUuid(id)) await this.streams.end(userId, id);
  }

  @Delete('playbacks')
  @ApiOperation({ summary: 'Stop everything that one device of the account is watching' })
  @AnswersNothing()
  @Problems('VALIDATION_FAILED', 'PLAYBACK_UNAVAILABLE')
  async stopSession(
    @Query({ schema: endStreamsQuery }) { sessionId }: { sessionId: string },
    @CurrentCaller() { userId }: Caller,
  ): Promise<void> {
    await this.streams.endAll(userId, sessionId);
  }
}

/** API keys are not let in here: a place is a device's. */
function withSession(caller: Caller): Caller & { sessionId: string } {
  const { sessionId } = caller;
  if (sessionId === null) throw new Error('a playback has a session');
  return { ...caller, sessionId };
}
