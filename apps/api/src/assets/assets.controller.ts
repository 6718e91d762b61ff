import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '#libs/database/database.js';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../http/access.js';
import { pageOf, type Page } from '../http/page.js';
import { isUuid } from '../http/uuid.js';
import { Answers, AnswersNothing, Problems } from '../openapi/answers.js';
import { Problem } from '../problem/problem.js';
import {
  assetListQuery,
  assetSchema,
  assetSummarySchema,
  type AssetListQuery,
  type AssetSummary,
  type AssetView,
} from './asset.schema.js';
import { AssetViews, withRenditions } from './asset-views.js';
import { DeleteAsset } from './delete-asset.js';
import { ListAssets } from './list-assets.js';

const NOT_FOUND = 'There is no such asset.';

@ApiTags('assets')
@Access('user')
@Controller('assets')
export class AssetsController {
  constructor(
    private readonly database: Database,
    private readonly views: AssetViews,
    private readonly listAssets: ListAssets,
    private readonly deleteAsset: DeleteAsset,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List assets, newest first' })
  @Answers(200, pageOf('AssetPage', assetSummarySchema))
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  list(
    @Query({ schema: assetListQuery }) query: AssetListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<AssetSummary>> {
    return this.listAssets.run(query, caller);
  }

  @Get(':id')
  @ApiOperation({ summary: 'See an asset, with signed URLs' })
  @Answers(200, assetSchema)
  @Problems('ASSET_NOT_FOUND')
  async get(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<AssetView> {
    const where = { id, tenantId: caller.tenantId };
    const row = isUuid(id) ? await this.database.client.asset.findFirst({ where, include: withRenditions }) : null;
    if (!row) throw new Problem('ASSET_NOT_FOUND', NOT_FOUND);
    return this.views.full(row);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete an asset and every object made from it' })
  @AnswersNothing()
  @Problems('ASSET_NOT_FOUND')
  async remove(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<void> {
    if (!isUuid(id)) throw new Problem('ASSET_NOT_FOUND', NOT_FOUND);
    await this.deleteAsset.run(id, caller, origin);
  }
}
