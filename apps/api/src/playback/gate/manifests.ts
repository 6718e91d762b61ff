import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import {
  captionPlaylist,
  masterPlaylist,
  type CaptionRow,
  type StreamRow,
} from '#libs/media/video/hls/master-playlist.js';
import { streamPath } from './stream-files.js';

const STREAMS = `
  SELECT kind, object_key AS "objectKey", width, height, bandwidth, average_bandwidth AS "averageBandwidth", codecs,
    frame_rate AS "frameRate"
  FROM renditions WHERE asset_id = $1 AND kind LIKE 'hls-%'`;

const CAPTIONS = 'SELECT language, label FROM captions WHERE asset_id = $1 ORDER BY language';

const CAPTION = `
  SELECT c.object_key AS "objectKey", coalesce((a.metadata ->> 'durationMs')::float8 / 1000, 0) AS seconds
  FROM captions c JOIN assets a ON a.id = c.asset_id WHERE c.asset_id = $1 AND c.language = $2`;

/** Captions at the gate, by their language (BCP 47): `captions/de.m3u8` names `de.vtt` beside it. */
const CAPTION_PATH = /^captions\/([A-Za-z0-9-]{1,35})\.(m3u8|vtt)$/;

export interface CaptionPath {
  language: string;
  isPlaylist: boolean;
}

/** What a path asks for, if it asks for captions. */
export function captionPath(path: string): CaptionPath | null {
  const [, language, extension] = CAPTION_PATH.exec(path) ?? [];
  return language === undefined ? null : { language, isPlaylist: extension === 'm3u8' };
}

/** Playlists that are no files, since they tell of what can be played at the moment. URIs are relative to them. */
@Injectable()
export class Manifests {
  constructor(private readonly database: Database) {}

  /** null when nothing of the asset is left */
  async master(assetId: string): Promise<string | null> {
    const [streams, captions] = await Promise.all([
      this.database.query<StreamRow & { objectKey: string }>('playback.streams', STREAMS, [assetId]),
      this.database.query<CaptionRow & { language: string }>('playback.captions', CAPTIONS, [assetId]),
    ]);
    if (streams.length === 0) return null;
    const keys = new Map(streams.map(({ kind, objectKey }) => [kind, objectKey]));
    return masterPlaylist(streams, captions, {
      stream: (kind) => streamPath(keys.get(kind) ?? ''),
      captions: (language) => `captions/${language}.m3u8`,
    });
  }

  /** Captions as a playlist, or where the WebVTT is; null when there are none in that language. */
  async captions(
    assetId: string,
    { language, isPlaylist }: CaptionPath,
  ): Promise<{ text?: string; key: string } | null> {
    const [found] = await this.database.query<{ objectKey: string; seconds: number }>('playback.caption', CAPTION, [
      assetId,
      language,
    ]);
    if (!found) return null;
    return { key: found.objectKey, ...(isPlaylist && { text: captionPlaylist(`${language}.vtt`, found.seconds) }) };
  }
}
