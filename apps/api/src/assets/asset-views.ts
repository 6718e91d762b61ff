import { extname } from 'node:path/posix';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import { publicUrl } from '#libs/config/public-url.js';
import type { Settings } from '#libs/config/settings.js';
import type { Prisma } from '#libs/database/generated/client.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import type { AssetSummary, AssetView } from './asset.schema.js';
import { urlSeconds } from './readable.js';

export const withRenditions = {
  renditions: true,
  transcode: true,
  captions: true,
} as const satisfies Prisma.AssetInclude;

export type AssetRow = Prisma.AssetGetPayload<{ include: typeof withRenditions }>;

/** Whether something is still being made of it, for the first time or anew. */
export const isAwaited = ({ status, transcode }: AssetRow): boolean =>
  status !== 'READY' || transcode?.status === 'PENDING' || transcode?.status === 'PROCESSING';

/** How far its streams are; null for what is neither watched nor heard. */
function streamingOf({ transcode, renditions }: AssetRow): AssetView['streaming'] {
  if (!transcode) return null;
  const { status, percent, speed, remainingSeconds, currentRendition, failureCode, failureReason } = transcode;
  return {
    ...{ status, percent, speed, remainingSeconds, currentRendition },
    failure: failureCode === null ? null : { code: failureCode, reason: failureReason ?? '' },
    renditions: renditions
      .filter(({ kind }) => kind.startsWith('hls-'))
      .sort((one, other) => (one.height ?? 0) - (other.height ?? 0))
      .map(({ kind, size, width, height, bandwidth, frameRate, codecs }) => ({
        ...{ kind, size: Number(size), width, height, bandwidth, frameRate, codecs },
      })),
  };
}

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
      ownerId: row.ownerId,
      objectKey: row.objectKey,
      filename: row.filename,
      resource: row.resource,
      resourceId: row.resourceId,
      title: row.title,
      description: row.description,
      labels: row.labels as AssetSummary['labels'],
      visibility: row.visibility,
      expiresAt: row.expiresAt?.toISOString() ?? null,
      deletedAt: row.deletedAt?.toISOString() ?? null,
      version: row.version,
      mimeType: row.mimeType,
      kind: row.kind,
      size: Number(row.size),
      status: row.status,
      failure: row.failureCode === null ? null : { code: row.failureCode, reason: row.failureReason ?? '' },
      width: row.width,
      height: row.height,
      thumbhash: row.thumbhash,
      publicUrl: row.visibility === 'public' && !row.deletedAt ? `${publicUrl(this.settings)}/public/${row.id}` : null,
      thumbnailUrl: await this.renditionUrl(row, 'thumbnail'),
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
      readyAt: row.readyAt?.toISOString() ?? null,
    };
  }

  async full(row: AssetRow): Promise<AssetView> {
    const [summary, downloadUrl, previewUrl, waveformUrl, waveformImageUrl, animatedPreviewUrl, mp4Url, storyboardUrl] =
      await Promise.all([
        this.summary(row),
        this.sign(row, row.objectKey, row.mimeType, row.filename, 'attachment'),
        this.renditionUrl(row, 'preview'),
        this.renditionUrl(row, 'waveform'),
        this.renditionUrl(row, 'waveform-image'),
        this.renditionUrl(row, 'animated-preview'),
        this.renditionUrl(row, 'mp4', 'attachment'),
        this.renditionUrl(row, 'storyboard'),
      ]);
    return {
      ...summary,
      sha256: row.sha256,
      metadata: row.metadata as AssetView['metadata'],
      warnings: row.warnings as AssetView['warnings'],
      downloadUrl,
      previewUrl,
      waveformUrl,
      waveformImageUrl,
      animatedPreviewUrl,
      mp4Url,
      storyboardUrl,
      renditions: await this.renditions(row),
      streaming: streamingOf(row),
      captions: row.captions.map(({ language, label }) => ({ language, label })),
    };
  }

  /** The original, or what was made of it, to be saved as a file; null when there is no such rendition. */
  async download(row: AssetRow, kind: string | null): Promise<{ url: string; bytes: bigint } | null> {
    if (kind === null)
      return { url: await this.sign(row, row.objectKey, row.mimeType, row.filename, 'attachment'), bytes: row.size };
    const found = row.renditions.find((rendition) => rendition.kind === kind && !kind.startsWith('hls-'));
    const url = found && (await this.renditionUrl(row, kind, 'attachment'));
    return found && url ? { url, bytes: found.size } : null;
  }

  private renditions(row: AssetRow): Promise<AssetView['renditions']> {
    const files = row.renditions
      .filter(({ kind }) => !kind.startsWith('hls-'))
      .sort((one, other) => one.kind.localeCompare(other.kind));
    return Promise.all(
      files.map(async (file) => ({
        kind: file.kind,
        mimeType: file.mimeType,
        size: Number(file.size),
        width: file.width,
        height: file.height,
        url: await this.urlOf(row, file),
      })),
    );
  }

  private async renditionUrl(
    row: AssetRow,
    kind: string,
    disposition: 'inline' | 'attachment' = 'inline',
  ): Promise<string | null> {
    const rendition = row.renditions.find((candidate) => candidate.kind === kind);
    return rendition ? this.urlOf(row, rendition, disposition) : null;
  }

  private urlOf(
    row: AssetRow,
    { kind, objectKey, mimeType }: AssetRow['renditions'][number],
    disposition: 'inline' | 'attachment' = 'inline',
  ): Promise<string> {
    const name = `${row.filename.replace(/\.[^.]*$/, '')}-${kind}${extname(objectKey)}`;
    return this.sign(row, objectKey, mimeType, name, disposition);
  }

  private sign(
    { expiresAt }: Pick<AssetRow, 'expiresAt'>,
    key: string,
    contentType: string,
    filename: string,
    disposition: 'inline' | 'attachment',
  ): Promise<string> {
    const expiresInSeconds = urlSeconds(expiresAt, this.settings.DOWNLOAD_URL_TTL_SECONDS);
    return this.store.presignGet({ key, contentType, filename, disposition, expiresInSeconds });
  }
}
