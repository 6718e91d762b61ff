import type { Database } from '#libs/database/database.js';
import type { LeaseStore } from '#libs/playback/lease-store.js';
import { rollUpAccesses } from './roll-up-accesses.js';

/** How far back the first round looks: longer than a session's end can have gone unseen. */
const FIRST_LOOK_BACK_SECONDS = 600;
/** A transaction may set revoked_at a while before it is committed. */
const OVERLAP_SECONDS = 30;
/** Dead leases are swept, and accesses rolled up, once in so many rounds. */
const SWEEP_EVERY = 10;

const REVOKED = `
  SELECT id, user_id AS "userId", now() AS "now" FROM sessions
  WHERE revoked_at > coalesce($1::timestamptz, now() - make_interval(secs => ${FIRST_LOOK_BACK_SECONDS}))
    - make_interval(secs => ${OVERLAP_SECONDS})`;

/** What has to happen to streams although nobody asks for it. */
export class PlaybackRound {
  private rounds = 0;
  /** Until when ended sessions have been looked at, by the database's clock. */
  private seenUntil: Date | null = null;

  constructor(
    private readonly database: Database,
    private readonly leases: LeaseStore,
  ) {}

  async run(): Promise<void> {
    await this.endRevoked();
    if (this.rounds++ % SWEEP_EVERY !== 0) return;
    await this.leases.sweep();
    await rollUpAccesses(this.database);
  }

  /**
   * Who ends a session ends its streams as well, at once. This is for when that did not work out: the process died in
   * between, or the store of leases was away.
   */
  private async endRevoked(): Promise<void> {
    type Row = { id: string; userId: string; now: Date };
    const revoked = await this.database.query<Row>('playback.revoked-sessions', REVOKED, [this.seenUntil]);
    for (const { id, userId } of revoked) await this.leases.endAll(userId, id);
    this.seenUntil = revoked[0]?.now ?? this.seenUntil;
  }
}
