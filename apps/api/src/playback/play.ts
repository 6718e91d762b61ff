import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { Lease } from '#libs/playback/lease.js';
import type { LeaseStore } from '#libs/playback/lease-store.js';
import { LEASES } from '#libs/playback/leases.module.js';
import { invalidToken } from '../auth/challenge.js';
import type { Caller } from '../http/access.js';
import { Problem } from '../problem/problem.js';
import { deviceOf } from '../http/device.js';
import { FindPlayable, type Playable } from './find-playable.js';
import { GateUrls, MASTER_PLAYLIST } from './gate/gate-urls.js';
import { streamPath } from './gate/stream-files.js';
import { toStream, type StartedPlayback } from './playback.schema.js';
import { Admissions } from './admissions.js';
import { Streams } from './streams.js';

/** Signs of life that fit into the silence: two may get lost. */
const BEATS_A_SILENCE = 3;

/** Takes a place for a stream and says where it is to be had. */
@Injectable()
export class Play {
  constructor(
    private readonly database: Database,
    private readonly findPlayable: FindPlayable,
    @Inject(LEASES) private readonly leases: LeaseStore,
    private readonly streams: Streams,
    private readonly urls: GateUrls,
    private readonly admissions: Admissions,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param language what the client speaks, for the statistics
   * @throws Problem ASSET_NOT_FOUND, ASSET_NOT_PLAYABLE, PLAYBACK_NOT_READY, PLAYBACK_LIMIT_REACHED
   */
  async run(
    assetId: string,
    caller: Caller & { sessionId: string },
    language: string | null,
  ): Promise<StartedPlayback> {
    const playable = await this.findPlayable.run(assetId, caller);
    const lease = await this.take(assetId, playable, caller, language);
    await this.refuseEndedSession(lease, caller);
    this.streams.begun(lease);
    return this.view(lease, playable);
  }

  private async take(
    assetId: string,
    { tenantId, filename, userAgent, limit: ownLimit }: Playable,
    { userId, sessionId, tenantRole }: Caller & { sessionId: string },
    language: string | null,
  ): Promise<Lease> {
    const about = { filename, device: deviceOf(userAgent), userAgent, role: tenantRole, language };
    const limit = ownLimit ?? this.settings.MAX_CONCURRENT_STREAMS;
    const admission = await this.leases.take({ id: uuidv7(), userId, sessionId, tenantId, assetId, about }, limit);
    this.admissions.count(admission.admitted);
    if (admission.admitted) return admission.lease;
    const activeStreams = admission.active.map((lease) => toStream(lease, sessionId));
    throw new Problem('PLAYBACK_LIMIT_REACHED', limitDetail(limit), { members: { limit, activeStreams } });
  }

  /**
   * A session that is being ended, or a tenant that is being suspended, gives its places back after it has ended: a
   * place that was taken after that is seen here, and one that was taken before it is given back there.
   */
  private async refuseEndedSession({ id, userId, sessionId }: Lease, { tenantId }: Caller): Promise<void> {
    const live = await this.database.query(
      'playback.is-session-live',
      `SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id JOIN tenants t ON t.id = u.tenant_id
       WHERE s.id = $1 AND s.revoked_at IS NULL AND u.tenant_id = $2 AND t.suspended_at IS NULL`,
      [sessionId, tenantId],
    );
    if (live.length > 0) return;
    await this.leases.end(userId, id);
    throw invalidToken('UNAUTHENTICATED', 'The session has ended; sign in again.');
  }

  private view(lease: Lease, { renditions }: Playable): StartedPlayback {
    const fileUrl = (kind: string): string | null => {
      const key = renditions.get(kind);
      return key === undefined ? null : this.urls.url(lease, streamPath(key));
    };
    return {
      playbackId: lease.id,
      manifestUrl: this.urls.url(lease, MASTER_PLAYLIST),
      mp4Url: fileUrl('mp4'),
      storyboardUrl: fileUrl('storyboard-track'),
      heartbeatSeconds: Math.max(1, Math.floor(this.settings.PLAYBACK_SILENCE_SECONDS / BEATS_A_SILENCE)),
      expiresAt: lease.expiresAt.toISOString(),
    };
  }
}

const limitDetail = (limit: number): string =>
  limit === 0
    ? 'This account may not watch streams.'
    : `This account may watch ${limit} at the same time, and does: end one of them first.`;
