import { Controller, Get, Headers, Inject, Param, Res } from '@nestjs/common';
import { ApiFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { extname } from 'node:path/posix';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { GetGrant, ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { Access, RequestOrigin, type Origin } from '../../http/access.js';
import { isUuid } from '../../http/uuid.js';
import { Problems } from '../../openapi/answers.js';
import { Problem } from '../../problem/problem.js';
import { accessBy } from '../../stats/access-by.js';
import { AccessRecorder } from '../../stats/access-recorder.js';
import { withRenditions, type AssetRow } from '../asset-views.js';
import { live, urlSeconds } from '../readable.js';

/**
 * Addresses of public files that never change. Each asks the database and leads to a store URL that is good for a
 * minute, so a file that is made private, deleted or expires is gone from its address at once.
 */
@ApiTags('public')
@Access('public')
@Controller('public')
export class PublicController {
  constructor(
    private readonly database: Database,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly recorder: AccessRecorder,
  ) {}

  @Get(':assetId')
  @ApiOperation({ summary: 'Be led to a public file' })
  @ApiFoundResponse({ description: 'To a URL of the store that is good for a short while' })
  @Problems('ASSET_NOT_FOUND')
  async original(
    @Param('assetId') id: string,
    @RequestOrigin() { userAgent }: Origin,
    @Headers('accept-language') language: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const row = await this.find(id);
    this.recorder.record(accessBy(null, { userAgent, language }, 'download', row));
    await this.lead(reply, row, {
      key: row.objectKey,
      contentType: row.mimeType,
      filename: row.filename,
      disposition: 'attachment',
    });
  }

  @Get(':assetId/:rendition')
  @ApiOperation({ summary: 'Be led to what was made of a public file: thumbnail, preview' })
  @ApiFoundResponse({ description: 'To a URL of the store that is good for a short while' })
  @Problems('ASSET_NOT_FOUND')
  async rendition(
    @Param('assetId') id: string,
    @Param('rendition') kind: string,
    @RequestOrigin() { userAgent }: Origin,
    @Headers('accept-language') language: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const row = await this.find(id);
    const rendition = row.renditions.find((candidate) => candidate.kind === kind);
    if (!rendition) throw new Problem('ASSET_NOT_FOUND', 'Nothing of that name was made of this file.');
    // What a page shows of it is a look at it; a file of its own is a download.
    const action = kind === 'mp4' ? 'download' : 'view';
    this.recorder.record(accessBy(null, { userAgent, language }, action, { ...row, size: rendition.size }));
    const filename = `${row.filename.replace(/\.[^.]*$/, '')}-${kind}${extname(rendition.objectKey)}`;
    await this.lead(reply, row, {
      key: rendition.objectKey,
      contentType: rendition.mimeType,
      filename,
      disposition: 'inline',
    });
  }

  private async find(id: string): Promise<AssetRow> {
    const where = { id, visibility: 'public', ...live() } as const;
    const row = isUuid(id) ? await this.database.client.asset.findFirst({ where, include: withRenditions }) : null;
    if (!row) throw new Problem('ASSET_NOT_FOUND', 'There is no public file at this address.');
    return row;
  }

  private async lead(
    reply: FastifyReply,
    { expiresAt }: AssetRow,
    grant: Pick<GetGrant, 'key' | 'contentType' | 'filename' | 'disposition'>,
  ): Promise<void> {
    const expiresInSeconds = urlSeconds(expiresAt, this.settings.PUBLIC_URL_TTL_SECONDS);
    const url = await this.store.presignGet({ ...grant, expiresInSeconds });
    // Whoever keeps the answer asks again before using it: what is public now need not be so in a minute.
    await reply.header('Cache-Control', 'no-cache').redirect(url, 302);
  }
}
