import { Controller, Get, Headers, Post, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, CurrentCaller, type Caller } from '../http/access.js';
import { Idempotent } from '../idempotency/idempotent.interceptor.js';
import { Answers, Problems } from '../openapi/answers.js';
import { LiveCallers } from './callers.js';
import { readEventId, streamQuery, streamTokenSchema, type StreamQuery, type StreamToken } from './live.schema.js';
import { StreamDoor } from './stream-door.js';

@ApiTags('live')
@Controller('events')
export class EventsController {
  constructor(
    private readonly callers: LiveCallers,
    private readonly door: StreamDoor,
  ) {}

  @Post('token')
  @Idempotent()
  @Access('viewer', null)
  @ApiOperation({ summary: 'Get a token that opens the stream of events, for a URL' })
  @Answers(201, streamTokenSchema)
  token(@CurrentCaller() caller: Caller): StreamToken {
    return this.callers.streamToken(caller);
  }

  @Get('stream')
  @Access('public')
  @ApiOperation({
    summary: 'Hear what concerns the account, as server-sent events',
    description: 'For those who want no socket library. Goes on with what came after Last-Event-ID.',
  })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ description: 'Events, until somebody hangs up', schema: { type: 'string' } })
  @ApiHeader({ name: 'Last-Event-ID', required: false })
  @Problems('VALIDATION_FAILED', 'UNAUTHENTICATED', 'ACCESS_TOKEN_EXPIRED', 'TENANT_SUSPENDED', 'TOO_MANY_CONNECTIONS')
  async stream(
    @Query({ schema: streamQuery }) query: StreamQuery,
    @Headers('last-event-id') header: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.door.open(query.token, readEventId(header ?? query.lastEventId), request.raw, reply);
  }
}
