import type { Database } from '#libs/database/database.js';
import { Batches } from './batches.js';
import { InTurn } from './in-turn.js';
import { aboutSchema, type Admission, type Beat, type Lease, type LeaseRequest } from './lease.js';
import type { LeaseStore } from './lease-store.js';

const COLUMNS = `id, user_id AS "userId", session_id AS "sessionId", tenant_id AS "tenantId", asset_id AS "assetId",
  about, started_at AS "startedAt", expires_at AS "expiresAt"`;

/** Of what ends now: what was gained since the last sign of life. */
const FINAL_GAIN = `greatest(0, extract(epoch FROM clock_timestamp() - seen_at) * 1000)::int AS "gainedMs"`;

const TAKE = `SELECT ${COLUMNS} FROM take_playback($1, $2, $3, $4, $5, $6, $7, make_interval(secs => $8))`;

const BEAT = `SELECT ${COLUMNS}, gained_ms AS "gainedMs" FROM beat_playbacks($1, $2, make_interval(secs => $3))`;

const LIST = `SELECT ${COLUMNS} FROM playbacks WHERE user_id = $1 AND expires_at > clock_timestamp() ORDER BY started_at, id`;

// Locked in the order in which everybody locks them, so that two statements never wait for each other in a circle.
const END = `
  DELETE FROM playbacks WHERE id IN (
    SELECT id FROM playbacks
    WHERE user_id = $1 AND ($2::uuid IS NULL OR id = $2) AND ($3::uuid IS NULL OR session_id = $3)
    ORDER BY id FOR UPDATE)
  RETURNING ${COLUMNS}, ${FINAL_GAIN}, expires_at > clock_timestamp() AS "inTime"`;

// All rows are looked at: an index on what every heartbeat changes would cost each of them more than this does.
const SWEEP = `
  DELETE FROM playbacks WHERE id IN (
    SELECT id FROM playbacks WHERE expires_at < now() - interval '1 minute' LIMIT 5000 FOR UPDATE SKIP LOCKED)
  RETURNING 1`;

/** What is asked for in batches: a playback of an account. Begins with the id: sorted keys are sorted ids. */
const keyOf = (id: string, userId: string): string => `${id} ${userId}`;

type Row = Lease & { about: unknown };
type BeatRow = Row & { gainedMs: number };

/** Leases as rows of playbacks; what must be exact is in the functions of prisma/beyond-prisma.sql. */
export class PostgresLeases implements LeaseStore {
  /** Plays of one account wait for each other in the database: here, they do not hold a connection each meanwhile. */
  private readonly turns = new InTurn();
  private readonly beats = new Batches<Beat>(
    (keys) => this.renew(keys),
    // One sign of life for all of them: what was gained by it is counted once.
    (beat) => ({ ...beat, gainedMs: 0 }),
  );

  constructor(
    private readonly database: Database,
    private readonly silenceSeconds: number,
  ) {}

  take(request: LeaseRequest, limit: number): Promise<Admission> {
    return this.turns.run(request.userId, () => this.takeNow(request, limit));
  }

  beat(userId: string, id: string): Promise<Beat | null> {
    return this.beats.ask(keyOf(id, userId));
  }

  async end(userId: string, id: string): Promise<Beat | null> {
    return (await this.remove(userId, id, null))[0] ?? null;
  }

  endAll(userId: string, sessionId?: string): Promise<Beat[]> {
    return this.remove(userId, null, sessionId ?? null);
  }

  async list(userId: string): Promise<Lease[]> {
    return (await this.database.query<Row>('playback.list', LIST, [userId])).map(toLease);
  }

  async sweep(): Promise<number> {
    return (await this.database.query('playback.sweep', SWEEP, [])).length;
  }

  close(): void {
    // The pool is the database's.
  }

  private async takeNow(request: LeaseRequest, limit: number): Promise<Admission> {
    const { id, userId, sessionId, tenantId, assetId, about } = request;
    const values = [id, userId, sessionId, tenantId, assetId, JSON.stringify(about), limit, this.silenceSeconds];
    const leases = (await this.database.query<Row>('playback.take', TAKE, values)).map(toLease);
    const lease = leases.find((one) => one.id === id);
    return lease ? { admitted: true, lease } : { admitted: false, active: leases };
  }

  private async renew(keys: string[]): Promise<Map<string, Beat>> {
    const pairs = keys.sort().map((key) => key.split(' '));
    const [ids, users] = [0, 1].map((part) => pairs.map((pair) => pair[part]));
    const rows = await this.database.query<BeatRow>('playback.beat', BEAT, [ids, users, this.silenceSeconds]);
    return new Map(rows.map((row) => [keyOf(row.id, row.userId), toBeat(row)]));
  }

  private async remove(userId: string, id: string | null, sessionId: string | null): Promise<Beat[]> {
    const rows = await this.database.query<BeatRow & { inTime: boolean }>('playback.end', END, [userId, id, sessionId]);
    return rows.filter(({ inTime }) => inTime).map(toBeat);
  }
}

const toLease = ({ id, userId, sessionId, tenantId, assetId, about, startedAt, expiresAt }: Row): Lease => ({
  id,
  userId,
  sessionId,
  tenantId,
  assetId,
  about: aboutSchema.parse(about),
  startedAt,
  expiresAt,
});

const toBeat = (row: BeatRow): Beat => ({ ...toLease(row), gainedMs: row.gainedMs });
