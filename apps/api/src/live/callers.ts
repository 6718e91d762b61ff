import { Inject, Injectable } from '@nestjs/common';
import { JwtService, TokenExpiredError } from '@nestjs/jwt';
import { z } from 'zod';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { AccessTokenStrategy } from '../auth/access/access-token.strategy.js';
import { ALGORITHM, ISSUER } from '../auth/access/access-tokens.js';
import { invalidToken } from '../auth/challenge.js';
import type { Caller } from '../http/access.js';

/** Keeps tokens that open a stream apart from those that open everything. */
const STREAM_AUDIENCE = 'media-inbox-events';

export interface LiveCaller {
  caller: Caller & { sessionId: string };
  /** When the token is over, in milliseconds since 1970. */
  expiresAt: number;
}

const expirySchema = z.object({ exp: z.int() });

/** Finds out who connects, as the guard of HTTP routes does. */
@Injectable()
export class LiveCallers {
  constructor(
    private readonly jwt: JwtService,
    private readonly strategy: AccessTokenStrategy,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem UNAUTHENTICATED, ACCESS_TOKEN_EXPIRED, TENANT_SUSPENDED */
  ofAccessToken(token: string): Promise<LiveCaller> {
    return this.find(token, ISSUER);
  }

  /** @throws Problem UNAUTHENTICATED, ACCESS_TOKEN_EXPIRED, TENANT_SUSPENDED */
  ofStreamToken(token: string): Promise<LiveCaller> {
    return this.find(token, STREAM_AUDIENCE);
  }

  /** A token that opens a stream and nothing else: it may stand in a URL, and so in logs. */
  streamToken({ userId, tenantId, sessionId }: Caller): { token: string; expiresAt: string } {
    const expiresIn = this.settings.STREAM_TOKEN_TTL_SECONDS;
    const claims = { sub: userId, tid: tenantId, sid: sessionId };
    const token = this.jwt.sign(claims, {
      algorithm: ALGORITHM,
      issuer: ISSUER,
      audience: STREAM_AUDIENCE,
      expiresIn,
    });
    return { token, expiresAt: new Date(Date.now() + expiresIn * 1000).toISOString() };
  }

  private async find(token: string, audience: string): Promise<LiveCaller> {
    const payload = this.read(token, audience);
    const caller = await this.strategy.validate(payload);
    const expiry = expirySchema.safeParse(payload);
    if (!caller || caller.sessionId === null || !expiry.success) throw notValid();
    return { caller: { ...caller, sessionId: caller.sessionId }, expiresAt: expiry.data.exp * 1000 };
  }

  private read(token: string, audience: string): unknown {
    try {
      return this.jwt.verify<object>(token, { algorithms: [ALGORITHM], issuer: ISSUER, audience });
    } catch (error) {
      if (error instanceof TokenExpiredError)
        throw invalidToken('ACCESS_TOKEN_EXPIRED', 'The token has expired; get a new one.');
      throw notValid();
    }
  }
}

const notValid = () => invalidToken('UNAUTHENTICATED', 'The token is not valid, or its session has ended.');
