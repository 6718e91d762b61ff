import type { Database } from '#libs/database/database.js';
import type { LeaseStore } from '#libs/playback/lease-store.js';
import { rollUpAccesses } from './roll-up-accesses.js';

/** How far back the first round looks: longer than a session's end can have gone unseen. */
const FIRST_LOOK_BACK_SECONDS = 600;
/** A transaction may set revoked_at a while before it is committed. */
const OVERLAP_SECONDS = 30;
/** Dead leases are swept, and accesses rolled up, once in so many rounds. */
const SWEEP_EVERY = 10;

const SINCE = `coalesce($1::timestamptz, now() - make_interval(secs => ${FIRST_LOOK_BACK_SECONDS}))
    - make_interval(secs => ${OVERLAP_SECONDS})`;

/** Sessions that have ended, and all of accounts whose tenant has been suspended. */
const ENDED = `
  SELECT id, user_id AS "userId", now() AS "now" FROM sessions WHERE revoked_at > ${SINCE}
  UNION ALL
  SELECT NULL, u.id, now() FROM tenants t JOIN users u ON u.tenant_id = t.id WHERE t.suspended_at > ${SINCE}`;

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
    await this.endEnded();
    if (this.rounds++ % SWEEP_EVERY !== 0) return;
    await this.leases.sweep();
    await rollUpAccesses(this.database);
  }

  /**
   * Who ends a session, or suspends a tenant, ends its streams as well, at once. This is for when that did not work out: the process died in
   * between, or the store of leases was away.
   */
  private async endEnded(): Promise<void> {
    type Row = { id: string | null; userId: string; now: Date };
    const ended = await this.database.query<Row>('playback.ended-sessions', ENDED, [this.seenUntil]);
    for (const { id, userId } of ended) await this.leases.endAll(userId, id ?? undefined);
    this.seenUntil = ended[0]?.now ?? this.seenUntil;
  }
}
