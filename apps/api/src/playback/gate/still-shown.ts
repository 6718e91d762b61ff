import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import type { Lease } from '#libs/playback/lease.js';
import { FindPerson } from '../../users/people/find-person.js';
import { shownTo } from '../shown-to.js';

/** Milliseconds for which an answer is believed: a player asks for several files a second. */
const BELIEVED_MS = 5_000;

const ASK = `
  SELECT asset.expires_at AS "expiresAt" FROM assets asset JOIN users u ON u.id = $2
  WHERE asset.id = $1 AND asset.tenant_id = $3 AND asset.status <> 'FAILED' AND ${shownTo('u', '$4')}`;

interface Answer {
  /** Milliseconds since 1970. */
  askedAt: number;
  /** When the asset goes, in milliseconds since 1970; Infinity: not by itself; 0: it is gone. */
  end: number;
}

/** Whether what is being watched may still be: a film that was deleted, shut away or found infected ends for everybody. */
@Injectable()
export class StillShown {
  /** By playback, in the order in which they were asked. */
  private readonly answers = new Map<string, Answer>();

  constructor(
    private readonly database: Database,
    private readonly findPerson: FindPerson,
  ) {}

  /** Seconds for which a playback's asset is still shown to its viewer, as it is known; 0 when it is not. */
  async secondsLeft(lease: Lease): Promise<number> {
    const now = Date.now();
    const known = this.answers.get(lease.id);
    const { end } = known && now - known.askedAt < BELIEVED_MS ? known : await this.ask(lease);
    return Math.max(0, Math.floor((end - now) / 1000));
  }

  private async ask(lease: Lease): Promise<Answer> {
    const { id, assetId, userId, tenantId } = lease;
    const [row] = await this.database.query<{ expiresAt: Date | null }>('playback.still-shown', ASK, [
      assetId,
      userId,
      tenantId,
      this.findPerson.scopeOf(lease) !== null,
    ]);
    const answer = { askedAt: Date.now(), end: row ? (row.expiresAt?.getTime() ?? Infinity) : 0 };
    this.answers.delete(id);
    this.answers.set(id, answer);
    for (const [other, { askedAt }] of this.answers) {
      if (answer.askedAt - askedAt < BELIEVED_MS) break;
      this.answers.delete(other);
    }
    return answer;
  }
}
