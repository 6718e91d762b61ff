import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, type Caller } from '../../http/access.js';
import type { Page } from '../../http/page.js';
import { Answers, Problems } from '../../openapi/answers.js';
import { toPostPage } from '../posts/list-posts.js';
import { decodeNumber } from '../posts/number-cursor.js';
import { postPageSchema, timelineQuery, type PostView, type TimelineQuery } from '../posts/post.schema.js';
import { ReadPosts } from '../posts/read-posts.js';
import { Timeline } from './timeline.js';

@ApiTags('feed')
@Controller('timeline')
export class TimelineController {
  constructor(
    private readonly timeline: Timeline,
    private readonly readPosts: ReadPosts,
  ) {}

  @Get()
  @Access('viewer')
  @ApiOperation({ summary: 'See the posts of those one follows, and one’s own, newest first' })
  @Answers(200, postPageSchema)
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  async get(
    @Query({ schema: timelineQuery }) { limit, cursor }: TimelineQuery,
    @CurrentCaller() { userId }: Caller,
  ): Promise<Page<PostView>> {
    const before = cursor === undefined ? null : decodeNumber(cursor);
    return toPostPage(this.readPosts, await this.timeline.before(userId, before, limit + 1), limit, userId);
  }
}
