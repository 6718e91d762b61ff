import { applyDecorators, Body, Controller, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../../http/access.js';
import { Answers, Problems } from '../../openapi/answers.js';
import { LabelAssets } from '../edit/label-assets.js';
import { PurgeAssets } from '../trash/purge-assets.js';
import { RestoreAssets } from '../trash/restore-assets.js';
import { TrashAssets } from '../trash/trash-assets.js';
import {
  deleteManySchema,
  labelManySchema,
  outcomeSchema,
  restoreManySchema,
  type DeleteMany,
  type LabelMany,
  type OutcomeView,
  type RestoreMany,
} from './bulk.schema.js';
import type { Outcome } from './outcome.js';

const MULTI_STATUS = 207;

/** 200 where all were done, and 207 where some were not (RFC 4918, 11.1): which, and why. */
const AnswersOutcome = (): MethodDecorator =>
  applyDecorators(
    Answers(200, outcomeSchema, 'All were done'),
    ApiResponse({ status: MULTI_STATUS, standardSchema: outcomeSchema, description: 'Some were not: failed says why' }),
    Problems('VALIDATION_FAILED'),
  );

/** The same with many assets, in one transaction; one that cannot be done does not hold up the others. */
@ApiTags('assets')
@Access('editor')
@Controller('assets')
export class BulkController {
  constructor(
    private readonly trashAssets: TrashAssets,
    private readonly purgeAssets: PurgeAssets,
    private readonly restoreAssets: RestoreAssets,
    private readonly labelAssets: LabelAssets,
  ) {}

  @Post('delete')
  @Access('editor', 'delete')
  @ApiOperation({ summary: 'Put many assets into the trash, or remove them for good' })
  @AnswersOutcome()
  async remove(
    @Body({ schema: deleteManySchema }) { ids, permanent }: DeleteMany,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OutcomeView> {
    const remover = permanent ? this.purgeAssets : this.trashAssets;
    return tell(await remover.many(ids, caller, origin), reply);
  }

  @Post('restore')
  @Access('editor', 'delete')
  @ApiOperation({ summary: 'Take many assets out of the trash' })
  @AnswersOutcome()
  async restore(
    @Body({ schema: restoreManySchema }) { ids }: RestoreMany,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OutcomeView> {
    return tell(await this.restoreAssets.many(ids, caller, origin), reply);
  }

  @Post('label')
  @ApiOperation({
    summary: 'Give many assets labels',
    description: 'Labels of other names stay: no If-Match is asked.',
  })
  @AnswersOutcome()
  async label(
    @Body({ schema: labelManySchema }) { ids, labels }: LabelMany,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OutcomeView> {
    return tell(await this.labelAssets.many(ids, labels, caller, origin), reply);
  }
}

function tell({ done, failed }: Outcome, reply: FastifyReply): OutcomeView {
  if (failed.length > 0) void reply.status(MULTI_STATUS);
  return {
    done,
    failed: failed.map(({ id, problem: { status, code, detail } }) => ({ id, status, code, detail })),
  };
}
