import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import type { Transaction } from '#libs/database/database.js';
import type { User } from '#libs/database/generated/client.js';
import type { Origin } from '../../http/access.js';
import { AccessTokens } from '../access/access-tokens.js';
import type { SignedIn } from '../auth.schema.js';
import { mintRefreshToken } from './refresh-token.js';

/** Begins a session: one device, and the first of its refresh tokens. */
@Injectable()
export class OpenSession {
  constructor(
    private readonly accessTokens: AccessTokens,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async run(tx: Transaction, user: User, origin: Origin): Promise<SignedIn> {
    const sessionId = uuidv7();
    const token = mintRefreshToken();
    await tx.$executeRaw`
      WITH session AS (
        INSERT INTO sessions (id, user_id, user_agent, ip, expires_at)
        VALUES (${sessionId}::uuid, ${user.id}::uuid, ${origin.userAgent}, ${origin.ip},
                now() + make_interval(secs => ${this.settings.REFRESH_TOKEN_TTL_SECONDS}))
        RETURNING id
      )
      INSERT INTO refresh_tokens (id, session_id, hash) SELECT ${token.id}::uuid, id, ${token.hash} FROM session`;
    return this.accessTokens.grant(user, sessionId, token.text);
  }
}
