import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { announce } from '#libs/database/announce.js';
import { Database, type Transaction } from '#libs/database/database.js';
import type { User } from '#libs/database/generated/client.js';
import { recordAudit } from '../../audit/record.js';
import type { Origin } from '../../http/access.js';
import { AccessTokens } from '../access/access-tokens.js';
import type { SignedIn } from '../auth.schema.js';
import { unauthorized } from '../challenge.js';
import { mintRefreshToken, parseRefreshToken, sameHash } from './refresh-token.js';

/** A refresh token that exists and whose secret was right, and the family it belongs to. */
interface KnownToken {
  id: string;
  sessionId: string;
}

type State = 'GOOD' | 'EXPIRED' | 'REUSED' | 'REVOKED';

/** The verdict of a transaction, which has to be committed before a refusal is thrown. */
type Outcome = { state: Exclude<State, 'GOOD'> } | { state: 'GOOD'; user: User; refreshToken: string };

/**
 * Exchanges a refresh token for the next pair. The tokens of a session are one family: each is good for one exchange,
 * and one that is shown again was copied by somebody, so the whole family ends (RFC 9700, 4.14.2). A few seconds'
 * grace is for two tabs of one browser that wake up together: both get a successor and stay signed in.
 */
@Injectable()
export class RefreshSession {
  constructor(
    private readonly database: Database,
    private readonly accessTokens: AccessTokens,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem REFRESH_TOKEN_INVALID, REFRESH_TOKEN_EXPIRED, REFRESH_TOKEN_REUSED */
  async run(shown: string, origin: Origin): Promise<SignedIn> {
    const token = await this.find(shown);
    const outcome = await this.database.transaction((tx) => this.exchange(tx, token, origin));
    switch (outcome.state) {
      case 'EXPIRED':
        throw unauthorized('REFRESH_TOKEN_EXPIRED', 'The session was not used for too long; sign in again.');
      case 'REUSED':
        throw unauthorized('REFRESH_TOKEN_REUSED', 'The refresh token was used before, so its session has been ended.');
      case 'REVOKED':
        throw unauthorized('REFRESH_TOKEN_INVALID', 'The session has been ended; sign in again.');
      case 'GOOD':
        return this.accessTokens.grant(outcome.user, token.sessionId, outcome.refreshToken);
    }
  }

  /** Who has the wrong secret learns nothing and can end nobody's session. */
  private async find(shown: string): Promise<KnownToken> {
    const parsed = parseRefreshToken(shown);
    const [row] = parsed
      ? await this.database.query<{ sessionId: string; hash: Buffer }>(
          'auth.find-refresh-token',
          'SELECT session_id AS "sessionId", hash FROM refresh_tokens WHERE id = $1',
          [parsed.id],
        )
      : [];
    if (!parsed || !row || !sameHash(parsed.hash, row.hash))
      throw unauthorized('REFRESH_TOKEN_INVALID', 'The refresh token is not valid; sign in again.');
    return { id: parsed.id, sessionId: row.sessionId };
  }

  private async exchange(tx: Transaction, token: KnownToken, origin: Origin): Promise<Outcome> {
    // The family's row is locked first, in a statement of its own: the next one sees what whoever held it has done.
    const [family] = await tx.$queryRaw<{ userId: string }[]>`
      SELECT user_id AS "userId" FROM sessions WHERE id = ${token.sessionId}::uuid FOR UPDATE`;
    if (!family) return { state: 'REVOKED' };
    const user = await tx.user.findUniqueOrThrow({ where: { id: family.userId } });
    const state = await this.stateOf(tx, token);
    if (state === 'REUSED') await this.endFamily(tx, token, user, origin);
    return state === 'GOOD' ? { state, user, refreshToken: await this.rotate(tx, token, origin) } : { state };
  }

  /** By the database's clock, read after the lock was had: now() would be the time at which the wait began. */
  private async stateOf(tx: Transaction, token: KnownToken): Promise<State> {
    const { REFRESH_TOKEN_TTL_SECONDS: lifetime, REFRESH_REUSE_GRACE_SECONDS: grace } = this.settings;
    const [row] = await tx.$queryRaw<{ state: State }[]>`
      SELECT CASE
        WHEN least(s.expires_at, t.created_at + make_interval(secs => ${lifetime})) <= clock_timestamp() THEN 'EXPIRED'
        WHEN t.used_at <= clock_timestamp() - make_interval(secs => ${grace}) THEN 'REUSED'
        WHEN s.revoked_at IS NOT NULL THEN 'REVOKED'
        ELSE 'GOOD'
      END AS state
      FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id
      WHERE t.id = ${token.id}::uuid`;
    return row?.state ?? 'REVOKED';
  }

  private async endFamily(tx: Transaction, { sessionId }: KnownToken, user: User, origin: Origin): Promise<void> {
    const ended = await tx.$executeRaw`
      UPDATE sessions SET revoked_at = now() WHERE id = ${sessionId}::uuid AND revoked_at IS NULL`;
    if (ended === 0) return;
    announce(tx, { sessionsOf: [user.id] });
    const actor = { userId: user.id, tenantId: user.tenantId };
    await recordAudit(
      tx,
      { action: 'auth.refresh-reused', actor, subject: { type: 'session', id: sessionId } },
      origin,
    );
  }

  /** Marks the token used, since its first use, and adds its successor; the session lives on from now. */
  private async rotate(tx: Transaction, { id, sessionId }: KnownToken, origin: Origin): Promise<string> {
    const lifetime = this.settings.REFRESH_TOKEN_TTL_SECONDS;
    const successor = mintRefreshToken();
    await tx.$executeRaw`
      WITH used AS (
        UPDATE refresh_tokens SET used_at = coalesce(used_at, date_trunc('milliseconds', clock_timestamp()))
        WHERE id = ${id}::uuid
      ), outlived AS (
        DELETE FROM refresh_tokens
        WHERE session_id = ${sessionId}::uuid AND created_at < now() - make_interval(secs => ${lifetime})
      ), session AS (
        UPDATE sessions SET last_used_at = now(), expires_at = now() + make_interval(secs => ${lifetime}),
          ip = ${origin.ip}, user_agent = ${origin.userAgent}
        WHERE id = ${sessionId}::uuid
      )
      INSERT INTO refresh_tokens (id, session_id, hash)
      VALUES (${successor.id}::uuid, ${sessionId}::uuid, ${successor.hash})`;
    return successor.text;
  }
}
