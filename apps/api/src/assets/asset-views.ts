import { extname } from 'node:path/posix';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import type { Prisma } from '#libs/database/generated/client.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import type { AssetSummary, AssetView } from './asset.schema.js';

export const withRenditions = { renditions: true } as const satisfies Prisma.AssetInclude;

export type AssetRow = Prisma.AssetGetPayload<{ include: typeof withRenditions }>;

/** Turns rows into what clients see, with URLs signed for a while. */
@Injectable()
export class AssetViews {
  constructor(
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async summary(row: AssetRow): Promise<AssetSummary> {
    return {
      id: row.id,
      objectKey: row.objectKey,
      filename: row.filename,
      mimeType: row.mimeType,
      kind: row.kind,
      size: Number(row.size),
      status: row.status,
      failure: row.failureCode === null ? null : { code: row.failureCode, reason: row.failureReason ?? '' },
      width: row.width,
      height: row.height,
      thumbhash: row.thumbhash,
      thumbnailUrl: await this.renditionUrl(row, 'thumbnail'),
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
      readyAt: row.readyAt?.toISOString() ?? null,
    };
  }

  async full(row: AssetRow): Promise<AssetView> {
    const [summary, downloadUrl, previewUrl, waveformUrl] = await Promise.all([
      this.summary(row),
      this.sign(row.objectKey, row.mimeType, row.filename, 'attachment'),
      this.renditionUrl(row, 'preview'),
      this.renditionUrl(row, 'waveform'),
    ]);
    return {
      ...summary,
      sha256: row.sha256,
      metadata: row.metadata as AssetView['metadata'],
      warnings: row.warnings as AssetView['warnings'],
      downloadUrl,
      previewUrl,
      waveformUrl,
    };
  }

  private async renditionUrl(row: AssetRow, kind: string): Promise<string | null> {
    const rendition = row.renditions.find((candidate) => candidate.kind === kind);
    if (!rendition) return null;
    const name = `${row.filename.replace(/\.[^.]*$/, '')}-${kind}${extname(rendition.objectKey)}`;
    return this.sign(rendition.objectKey, rendition.mimeType, name, 'inline');
  }

  private sign(key: string, contentType: string, filename: string, disposition: 'inline' | 'attachment') {
    return this.store.presignGet({
      key,
      contentType,
      filename,
      disposition,
      expiresInSeconds: this.settings.DOWNLOAD_URL_TTL_SECONDS,
    });
  }
}
