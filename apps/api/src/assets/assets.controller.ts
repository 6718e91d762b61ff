import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiFoundResponse, ApiHeader, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Database } from '#libs/database/database.js';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../http/access.js';
import { isUuid } from '../http/uuid.js';
import { Answers, AnswersNothing, Problems } from '../openapi/answers.js';
import { assetSchema, type AssetView } from './asset.schema.js';
import { accessBy } from '../stats/access-by.js';
import { AccessRecorder } from '../stats/access-recorder.js';
import { AssetViews, withRenditions, type AssetRow, isAwaited } from './asset-views.js';
import { noSuchAsset } from './bulk/outcome.js';
import { EditAsset } from './edit/edit-asset.js';
import { editSchema, type EditInput } from './edit/edit.schema.js';
import { RemoveLocation } from './edit/remove-location.js';
import { entityTag, revisionsOf } from './edit/revision.js';
import { ListAssets, type AssetPage } from './list/list-assets.js';
import {
  assetListQuery,
  assetPageSchema,
  assetSearchSchema,
  deleteQuery,
  downloadQuery,
  type AssetListQuery,
  type DeleteQuery,
  type DownloadQuery,
} from './list/list.schema.js';
import { readableBy } from './readable.js';
import { PurgeAssets } from './trash/purge-assets.js';
import { RestoreAssets } from './trash/restore-assets.js';
import { TrashAssets } from './trash/trash-assets.js';

@ApiTags('assets')
@Access('viewer')
@Controller('assets')
export class AssetsController {
  constructor(
    private readonly database: Database,
    private readonly views: AssetViews,
    private readonly listAssets: ListAssets,
    private readonly editAsset: EditAsset,
    private readonly removeLocation: RemoveLocation,
    private readonly trashAssets: TrashAssets,
    private readonly restoreAssets: RestoreAssets,
    private readonly purgeAssets: PurgeAssets,
    private readonly recorder: AccessRecorder,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List assets, newest first, by any of many filters' })
  @ApiQuery({
    name: 'label.NAME',
    required: false,
    schema: { type: 'array', items: { type: 'string' } },
    description: 'label.category=shoes: has this value of the label; said again: has each',
  })
  @Answers(200, assetPageSchema)
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  list(@Query({ schema: assetListQuery }) query: AssetListQuery, @CurrentCaller() caller: Caller): Promise<AssetPage> {
    return this.listAssets.run(query, caller);
  }

  @Post('search')
  @HttpCode(200)
  @ApiOperation({ summary: 'List assets, with the filters in a body', description: 'Nothing is kept of it.' })
  @Answers(200, assetPageSchema)
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR')
  search(
    @Body({ schema: assetSearchSchema }) query: AssetListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<AssetPage> {
    return this.listAssets.run(query, caller);
  }

  @Get(':id')
  @ApiOperation({ summary: 'See an asset, with signed URLs', description: 'The ETag is what PATCH wants.' })
  @Answers(200, assetSchema)
  @Problems('ASSET_NOT_FOUND')
  async get(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() { userAgent }: Origin,
    @Headers('accept-language') language: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AssetView> {
    const where = { id, ...readableBy(caller) };
    const row = isUuid(id) ? await this.database.client.asset.findFirst({ where, include: withRenditions }) : null;
    if (!row) throw noSuchAsset();
    // Who waits for it, or for its streams, asks again and again: that is not looking at it.
    if (!isAwaited(row)) this.recorder.record(accessBy(caller, { userAgent, language }, 'view', row));
    return this.show(row, reply);
  }

  @Get(':id/download')
  @ApiOperation({
    summary: 'Be led to a file to save: the original, or what was made of it',
    description: 'Counted as a download, which the URLs that an asset names are not.',
  })
  @ApiFoundResponse({ description: 'To a signed URL of the store' })
  @Problems('VALIDATION_FAILED', 'ASSET_NOT_FOUND')
  async download(
    @Param('id') id: string,
    @Query({ schema: downloadQuery }) { rendition }: DownloadQuery,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() { userAgent }: Origin,
    @Headers('accept-language') language: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const where = { id, ...readableBy(caller) };
    const row = isUuid(id) ? await this.database.client.asset.findFirst({ where, include: withRenditions }) : null;
    const file = row && (await this.views.download(row, rendition ?? null));
    if (!file) throw noSuchAsset();
    const { tenantId } = row;
    const about = { id, tenantId, size: file.bytes };
    this.recorder.record(accessBy(caller, { userAgent, language }, 'download', about));
    await reply.header('Cache-Control', 'no-store').redirect(file.url, 302);
  }

  @Patch(':id')
  @Access('editor')
  @ApiOperation({ summary: 'Change what is said of an asset', description: 'What is left out stays as it is.' })
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the asset as you have seen it, or *' })
  @Answers(200, assetSchema)
  @Problems('VALIDATION_FAILED', 'ASSET_NOT_FOUND', 'ASSET_NAME_TAKEN', 'PRECONDITION_FAILED', 'PRECONDITION_REQUIRED')
  async edit(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: editSchema }) input: EditInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AssetView> {
    if (!isUuid(id)) throw noSuchAsset();
    return this.show(await this.editAsset.run(id, input, revisionsOf(ifMatch), caller, origin), reply);
  }

  @Delete(':id/location')
  @Access('editor', 'upload')
  @ApiOperation({
    summary: 'Take away where an asset was taken',
    description:
      'Out of its metadata at once, and out of the original soon: the same bytes, with the place overwritten. It is not told again when the asset is processed anew.',
  })
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the asset as you have seen it, or *' })
  @Answers(200, assetSchema)
  @Problems('ASSET_NOT_FOUND', 'PRECONDITION_FAILED', 'PRECONDITION_REQUIRED')
  async withoutLocation(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AssetView> {
    if (!isUuid(id)) throw noSuchAsset();
    return this.show(await this.removeLocation.run(id, revisionsOf(ifMatch), caller, origin), reply);
  }

  @Delete(':id')
  @Access('editor', 'delete')
  @ApiOperation({
    summary: 'Put an asset into the trash, or remove it for good',
    description: 'Out of every list and URL at once; with permanent=true its bytes go too, also from the trash.',
  })
  @AnswersNothing()
  @Problems('VALIDATION_FAILED', 'ASSET_NOT_FOUND')
  async remove(
    @Param('id') id: string,
    @Query({ schema: deleteQuery }) { permanent }: DeleteQuery,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<void> {
    if (!isUuid(id)) throw noSuchAsset();
    if (permanent) await this.purgeAssets.one(id, caller, origin);
    else await this.trashAssets.one(id, caller, origin);
  }

  @Post(':id/restore')
  @Access('editor', 'delete')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take an asset out of the trash', description: 'One that is not in it stays as it is.' })
  @Answers(200, assetSchema)
  @Problems('ASSET_NOT_FOUND', 'ASSET_NAME_TAKEN')
  async restore(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AssetView> {
    if (!isUuid(id)) throw noSuchAsset();
    return this.show(await this.restoreAssets.one(id, caller, origin), reply);
  }

  private show(row: AssetRow, reply: FastifyReply): Promise<AssetView> {
    void reply.header('ETag', entityTag(row.revision));
    return this.views.full(row);
  }
}
