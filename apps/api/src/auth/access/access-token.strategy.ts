import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { createSecretKey } from 'node:crypto';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { Caller } from '../../http/access.js';
import { toCaller, type FoundCaller } from './found-caller.js';
import { ALGORITHM, claimsSchema, ISSUER } from './access-tokens.js';

// Asked on every request: a session that has been ended is refused at once, and a role or a tenant that was changed
// holds at once.
const FIND_CALLER = `
  SELECT s.user_id AS "userId", u.tenant_id AS "tenantId", s.id AS "sessionId", u.role, u.tenant_role AS "tenantRole",
    t.suspended_at IS NOT NULL AS suspended
  FROM sessions s JOIN users u ON u.id = s.user_id JOIN tenants t ON t.id = u.tenant_id
  WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > now()`;

/** Turns a valid bearer token of a live session into the caller. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly database: Database,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: verificationKey(settings.JWT_SECRET),
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: ISSUER,
    });
  }

  /**
   * @returns null when the claims are of no live session
   * @throws Problem TENANT_SUSPENDED
   */
  async validate(payload: unknown): Promise<Caller | null> {
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) return null;
    const { sid, sub } = claims.data;
    const [found] = await this.database.query<FoundCaller>('auth.find-caller', FIND_CALLER, [sid, sub]);
    return found ? toCaller(found) : null;
  }
}

/**
 * Handed on to jsonwebtoken, which takes a KeyObject too; only passport-jwt's types do not know. From a string it would
 * try to make a public key at each request, half a millisecond's work against 12 µs.
 */
function verificationKey(secret: string): Buffer {
  const key: object = createSecretKey(Buffer.from(secret));
  return key as Buffer;
}
