import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import type { Session } from '#libs/database/generated/client.js';
import type { Caller } from '../../http/access.js';
import { decodeCursor, toPage, type Page } from '../../http/page.js';
import type { SessionListQuery, SessionView } from './session.schema.js';

// Live by the database's clock, like everywhere.
const LIST = `
  SELECT id, user_agent AS "userAgent", ip, created_at AS "createdAt", last_used_at AS "lastUsedAt",
         expires_at AS "expiresAt"
  FROM sessions
  WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()
    AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
  ORDER BY created_at DESC, id DESC
  LIMIT $4`;

type Row = Pick<Session, 'id' | 'userAgent' | 'ip' | 'createdAt' | 'lastUsedAt' | 'expiresAt'>;

/** The devices on which the account is signed in, newest first. */
@Injectable()
export class ListSessions {
  constructor(private readonly database: Database) {}

  /** @throws Problem INVALID_CURSOR */
  async run({ limit, cursor }: SessionListQuery, caller: Caller): Promise<Page<SessionView>> {
    const after = cursor === undefined ? null : decodeCursor(cursor);
    const values = [caller.userId, after?.at ?? null, after?.id ?? null, limit + 1];
    const rows = await this.database.query<Row>('auth.list-sessions', LIST, values);
    return toPage(
      rows,
      limit,
      (row) => ({ at: row.createdAt, id: row.id }),
      (row) => toView(row, caller),
    );
  }
}

function toView(row: Row, caller: Caller): SessionView {
  return {
    id: row.id,
    userAgent: row.userAgent,
    ip: row.ip,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    current: row.id === caller.sessionId,
  };
}
