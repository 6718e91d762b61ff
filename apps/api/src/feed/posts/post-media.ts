import { extname } from 'node:path/posix';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import type { PostMediaView } from './post.schema.js';

/** An asset of a post, as JSON of the database. */
export interface MediaRow {
  id: string;
  objectKey: string;
  filename: string;
  mimeType: string;
  kind: PostMediaView['kind'];
  status: PostMediaView['status'];
  width: number | null;
  height: number | null;
  thumbhash: string | null;
  expiresAt: string | null;
  renditions: { kind: string; objectKey: string; mimeType: string }[];
}

/** Kinds whose original is what readers want; a picture's tells where it was taken, and a film has its MP4. */
const SHOWN_AS_UPLOADED = ['AUDIO', 'DOCUMENT', 'OTHER'];

/** Signs what a post shows of an asset, for somebody who may see the post. */
@Injectable()
export class PostMedia {
  constructor(
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async view(row: MediaRow): Promise<PostMediaView> {
    const { id, kind, mimeType, status, width, height, thumbhash } = row;
    const [thumbnailUrl, previewUrl, animatedPreviewUrl, film] = await Promise.all(
      ['thumbnail', 'preview', 'animated-preview', 'mp4'].map((name) => this.rendition(row, name)),
    );
    const original =
      status === 'READY' && SHOWN_AS_UPLOADED.includes(kind)
        ? await this.sign(row, row.objectKey, mimeType, row.filename, 'attachment')
        : null;
    return {
      ...{ assetId: id, kind, mimeType, status, width, height, thumbhash },
      thumbnailUrl: thumbnailUrl ?? null,
      previewUrl: previewUrl ?? null,
      animatedPreviewUrl: animatedPreviewUrl ?? null,
      fileUrl: film ?? original,
    };
  }

  private async rendition(row: MediaRow, kind: string): Promise<string | null> {
    const made = row.renditions.find((one) => one.kind === kind);
    if (!made) return null;
    const name = `${row.filename.replace(/\.[^.]*$/, '')}-${kind}${extname(made.objectKey)}`;
    return this.sign(row, made.objectKey, made.mimeType, name, 'inline');
  }

  /** No URL is good for longer than its asset. */
  private sign(
    { expiresAt }: MediaRow,
    key: string,
    contentType: string,
    filename: string,
    disposition: 'inline' | 'attachment',
  ): Promise<string> {
    const left = expiresAt === null ? Infinity : Math.floor((Date.parse(expiresAt) - Date.now()) / 1000);
    const expiresInSeconds = Math.max(1, Math.min(left, this.settings.DOWNLOAD_URL_TTL_SECONDS));
    return this.store.presignGet({ key, contentType, filename, disposition, expiresInSeconds });
  }
}
