import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '#libs/database/database.js';
import { heightOfKind } from '#libs/media/video/hls/master-playlist.js';
import type { Caller } from '../http/access.js';
import { isUuid } from '../http/uuid.js';
import { FindPerson } from '../users/people/find-person.js';
import { Problem } from '../problem/problem.js';
import { shownTo } from './shown-to.js';

// One question: may this session see the asset, or a post that shows it; what is there to play, and how many streams may the account watch.
const FIND = `
  SELECT coalesce(u.stream_limit, t.stream_limit) AS "limit", s.user_agent AS "userAgent", asset.tenant_id AS "tenantId",
    asset.filename, asset.kind, asset.status, asset.width, transcode.status AS "streamStatus", (
      SELECT coalesce(json_object_agg(r.kind, r.object_key), '{}') FROM renditions r
      WHERE r.asset_id = asset.id AND (r.kind LIKE 'hls-%' OR r.kind IN ('mp4', 'storyboard-track'))
    ) AS renditions
  FROM sessions s JOIN users u ON u.id = s.user_id JOIN tenants t ON t.id = u.tenant_id
    LEFT JOIN assets asset ON asset.id = $2 AND ${shownTo('u', '$4')}
    LEFT JOIN transcodes transcode ON transcode.asset_id = asset.id
  WHERE s.id = $1 AND u.tenant_id = $3`;

interface Row {
  limit: number | null;
  userAgent: string | null;
  tenantId: string | null;
  filename: string;
  kind: string;
  status: string;
  /** Null until its streams are begun. */
  streamStatus: string | null;
  /** Pixels; null where there are no pictures. */
  width: number | null;
  renditions: unknown;
}

/** An asset that a session may play. */
export interface Playable {
  /** The asset's. */
  tenantId: string;
  filename: string;
  /** Of the session. */
  userAgent: string | null;
  /** Of the account or its tenant; null when neither has one. */
  limit: number | null;
  /** Object keys by kind of rendition. */
  renditions: ReadonlyMap<string, string>;
}

const renditionsSchema = z.record(z.string(), z.string());

@Injectable()
export class FindPlayable {
  constructor(
    private readonly database: Database,
    private readonly findPerson: FindPerson,
  ) {}

  /** @throws Problem ASSET_NOT_FOUND, ASSET_NOT_PLAYABLE, PLAYBACK_NOT_READY */
  async run(assetId: string, caller: Caller & { sessionId: string }): Promise<Playable> {
    const [row] = isUuid(assetId)
      ? await this.database.query<Row>('playback.find-playable', FIND, [
          caller.sessionId,
          assetId,
          caller.tenantId,
          this.findPerson.scopeOf(caller) !== null,
        ])
      : [];
    if (!row || row.tenantId === null) throw new Problem('ASSET_NOT_FOUND', 'There is no such asset.');
    if (row.kind !== 'VIDEO' && row.kind !== 'AUDIO')
      throw new Problem('ASSET_NOT_PLAYABLE', 'Only films and sound can be played.');
    const renditions = new Map(Object.entries(renditionsSchema.parse(row.renditions)));
    // As soon as one rendition is there; the others come while it is being watched. A film is more than its sound.
    const isPlayable = (kind: string) => (row.width === null ? kind.startsWith('hls-') : heightOfKind(kind) !== null);
    if (row.status === 'FAILED' || ![...renditions.keys()].some(isPlayable)) throw unfinished(row);
    return {
      tenantId: row.tenantId,
      filename: row.filename,
      userAgent: row.userAgent,
      limit: row.limit,
      renditions,
    };
  }
}

function unfinished({ status, streamStatus }: Row): Problem {
  if (status === 'FAILED')
    return new Problem('ASSET_NOT_PLAYABLE', 'The asset could not be processed: its failure says why.');
  if (streamStatus === 'FAILED')
    return new Problem('ASSET_NOT_PLAYABLE', 'No streams could be made of the asset: streaming.failure says why.');
  return new Problem('PLAYBACK_NOT_READY', 'Nothing of the asset can be played yet: its streams are being made.', {
    headers: { 'Retry-After': '2' },
  });
}
