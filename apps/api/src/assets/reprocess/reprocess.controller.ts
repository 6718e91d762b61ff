import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../../http/access.js';
import { Idempotent } from '../../idempotency/idempotent.interceptor.js';
import { Answers, Problems } from '../../openapi/answers.js';
import { ReprocessAssets } from './reprocess-assets.js';
import { reprocessedSchema, reprocessSchema, type Reprocessed, type ReprocessFilter } from './reprocess.schema.js';

@ApiTags('assets')
@Access('admin')
@Controller('assets')
export class ReprocessController {
  constructor(private readonly reprocessAssets: ReprocessAssets) {}

  @Post('reprocess')
  @Idempotent()
  @ApiOperation({
    summary: 'Process assets anew',
    description:
      'Of every tenant, all that match; {} is all there are. It is done behind whatever is uploaded meanwhile. A READY asset is served as it is until the new outputs take the place of the old ones; when it cannot be processed any more, it keeps them and gets a warning.',
  })
  @Answers(202, reprocessedSchema)
  @Problems('VALIDATION_FAILED')
  reprocess(
    @Body({ schema: reprocessSchema }) filter: ReprocessFilter,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<Reprocessed> {
    return this.reprocessAssets.run(filter, caller, origin);
  }
}
