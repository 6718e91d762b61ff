import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../http/access.js';
import { Answers, Problems } from '../openapi/answers.js';
import { resource, resourceId } from './about.schema.js';
import { ListAssets, type AssetPage } from './list/list-assets.js';
import { assetPageSchema, ofResourceQuery, type AssetListQuery } from './list/list.schema.js';
import { TrashAssets } from './trash/trash-assets.js';

const thing = z.object({ resource, resourceId });
type Thing = z.infer<typeof thing>;

const deletedSchema = z.object({ deleted: z.int() }).meta({ id: 'DeletedAssets' });

@ApiTags('assets')
@Controller('assets/by-resource/:resource/:resourceId')
export class ByResourceController {
  constructor(
    private readonly listAssets: ListAssets,
    private readonly trashAssets: TrashAssets,
  ) {}

  @Get()
  @Access('viewer')
  @ApiOperation({ summary: 'List the files of one thing', description: 'Of your tenant; with the filters of /assets.' })
  @Answers(200, assetPageSchema)
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  list(
    @Param({ schema: thing }) of: Thing,
    @Query({ schema: ofResourceQuery }) query: AssetListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<AssetPage> {
    return this.listAssets.run({ ...query, ...of }, caller);
  }

  @Delete()
  @Access('editor', 'delete')
  @ApiOperation({ summary: 'Put all files of one thing into the trash', description: 'All of them, or none.' })
  @Answers(200, deletedSchema)
  @Problems('VALIDATION_FAILED')
  async remove(
    @Param({ schema: thing }) { resource: kind, resourceId: id }: Thing,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<z.infer<typeof deletedSchema>> {
    return { deleted: await this.trashAssets.of(kind, id, caller, origin) };
  }
}
