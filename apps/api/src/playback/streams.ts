import { Inject, Injectable } from '@nestjs/common';
import type { Beat, Lease } from '#libs/playback/lease.js';
import type { LeaseStore } from '#libs/playback/lease-store.js';
import { LEASES } from '#libs/playback/leases.module.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';
import { AccessRecorder } from '../stats/access-recorder.js';

/** The streams that are being watched: each sign of life is also so much that was watched. */
@Injectable()
export class Streams {
  constructor(
    @Inject(LEASES) private readonly leases: LeaseStore,
    private readonly recorder: AccessRecorder,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Counts a stream that has just begun. */
  begun(lease: Lease): void {
    this.record(lease, 1, 0);
  }

  /** A sign of life; null when the place is gone. */
  async beat(userId: string, id: string): Promise<Lease | null> {
    const beat = await this.leases.beat(userId, id);
    if (beat) this.watched(beat);
    return beat;
  }

  list(userId: string): Promise<Lease[]> {
    return this.leases.list(userId);
  }

  /** Gives a place back; one that is gone already stays so. */
  async end(userId: string, id: string): Promise<void> {
    const beat = await this.leases.end(userId, id);
    if (beat) this.watched(beat);
  }

  /** Gives back the places of a session, or of the whole account. */
  async endAll(userId: string, sessionId?: string): Promise<void> {
    for (const beat of await this.leases.endAll(userId, sessionId)) this.watched(beat);
  }

  /** The same, for who has ended the session: a store that is away is no reason to fail, since housekeeping ends them. */
  async endAllSoon(userId: string, sessionId?: string): Promise<void> {
    try {
      await this.endAll(userId, sessionId);
    } catch (error) {
      this.logger.warn({ error, userId }, 'streams of an ended session go on until housekeeping ends them');
    }
  }

  /** The same, for all who are gone or shut out. */
  async endAllOf(userIds: readonly string[]): Promise<void> {
    for (const userId of userIds) await this.endAllSoon(userId);
  }

  private watched(beat: Beat): void {
    this.record(beat, 0, beat.gainedMs);
  }

  private record({ tenantId, assetId, userId, about }: Lease, hits: number, milliseconds: number): void {
    const { role, language, device } = about;
    const access = { action: 'stream', tenantId, assetId, userId, role, language, device } as const;
    this.recorder.record({ ...access, hits, bytes: 0, milliseconds });
  }
}
