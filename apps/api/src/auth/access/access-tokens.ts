import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import type { User } from '#libs/database/generated/client.js';
import { toUserView } from '../../users/user.schema.js';
import type { SignedIn } from '../auth.schema.js';

/** Who makes the tokens and who takes them. */
export const ISSUER = 'media-inbox';
/** The one algorithm: a token that names another, or none, is refused (RFC 8725, 3.1). */
export const ALGORITHM = 'HS256';

/** What an access token says: whose it is (sub), by which session (sid), in which tenant (tid). */
export const claimsSchema = z.object({ sub: z.uuid(), sid: z.uuid(), tid: z.uuid(), exp: z.int() });

/** Makes access tokens; AccessTokenStrategy reads them. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly jwt: JwtService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** What a client gets when a session begins and whenever it is refreshed. */
  grant(user: User, sessionId: string, refreshToken: string): SignedIn {
    const expiresIn = this.settings.ACCESS_TOKEN_TTL_SECONDS;
    const accessToken = this.jwt.sign(
      // The jti makes two tokens of one second differ: a client can see that it was given a new one.
      { sub: user.id, sid: sessionId, tid: user.tenantId, jti: randomUUID() },
      { algorithm: ALGORITHM, issuer: ISSUER, audience: ISSUER, expiresIn },
    );
    return { user: toUserView(user), accessToken, refreshToken, expiresIn };
  }
}
