import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../../http/access.js';
import { Idempotent } from '../../idempotency/idempotent.interceptor.js';
import { Answers, AnswersNothing, Problems } from '../../openapi/answers.js';
import {
  addCaptionsSchema,
  captionsListSchema,
  captionsSchema,
  type AddCaptionsInput,
  type CaptionsView,
} from './captions.schema.js';
import { Captions } from './captions.js';

@ApiTags('assets')
@Access('viewer')
@Controller('assets/:id/captions')
export class CaptionsController {
  constructor(private readonly captions: Captions) {}

  @Post()
  @Idempotent()
  @Access('editor')
  @ApiOperation({
    summary: 'Add captions to a film or a sound',
    description:
      'They are kept as WebVTT and are in the manifest at once. Those that are there in the same language are replaced.',
  })
  @Answers(201, captionsSchema)
  @Problems('VALIDATION_FAILED', 'ASSET_NOT_FOUND', 'ASSET_NOT_PLAYABLE', 'BODY_TOO_LARGE')
  add(
    @Param('id') id: string,
    @Body({ schema: addCaptionsSchema }) input: AddCaptionsInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<CaptionsView> {
    return this.captions.add(id, input, caller, origin);
  }

  @Get()
  @ApiOperation({ summary: 'See the captions of an asset' })
  @Answers(200, captionsListSchema)
  @Problems('ASSET_NOT_FOUND')
  async list(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<{ items: CaptionsView[] }> {
    return { items: await this.captions.list(id, caller) };
  }

  @Delete(':language')
  @Access('editor')
  @ApiOperation({ summary: 'Remove captions', description: 'Said twice, it is done once.' })
  @AnswersNothing()
  @Problems('ASSET_NOT_FOUND')
  remove(
    @Param('id') id: string,
    @Param('language') language: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<void> {
    return this.captions.remove(id, language, caller, origin);
  }
}
