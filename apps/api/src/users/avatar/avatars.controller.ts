import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access } from '../../http/access.js';
import { Problems } from '../../openapi/answers.js';
import { ShowAvatar } from './show-avatar.js';

/** A change is seen this late: pages have many of these. */
const MAX_AGE_SECONDS = 60;

@ApiTags('profiles')
@Access('public')
@Controller('avatars')
export class AvatarsController {
  constructor(private readonly showAvatar: ShowAvatar) {}

  @Get(':userId/:size')
  @ApiOperation({
    summary: 'See the picture of a profile, of 64, 128 or 256 pixels',
    description: 'An address that never changes. Initials until its owner has chosen a picture that is READY.',
  })
  @ApiOkResponse({ description: 'Initials', content: { 'image/svg+xml': { schema: { type: 'string' } } } })
  @ApiFoundResponse({ description: 'To the picture that was chosen' })
  @Problems('USER_NOT_FOUND')
  async get(@Param('userId') userId: string, @Param('size') size: string, @Res() reply: FastifyReply): Promise<void> {
    const shown = await this.showAvatar.run(userId, size);
    reply
      .header('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`)
      .header('Cross-Origin-Resource-Policy', 'cross-origin')
      .header('Access-Control-Allow-Origin', '*');
    if ('url' in shown) await reply.redirect(shown.url, 302);
    else
      await reply
        .header('Content-Security-Policy', "default-src 'none'; sandbox")
        .header('X-Content-Type-Options', 'nosniff')
        .type('image/svg+xml')
        .send(shown.svg);
  }
}
