import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { parseApiKey } from '../../api-keys/api-key-text.js';
import type { Caller } from '../../http/access.js';
import { invalidToken } from '../challenge.js';
import { toCaller, type FoundCaller } from './found-caller.js';

// Asked on every request, as for sessions: a key that was revoked, or whose maker may do less now, is refused at once.
const FIND = `
  SELECT k.user_id AS "userId", k.tenant_id AS "tenantId", u.role, u.tenant_role AS "tenantRole", k.id AS "keyId",
    k.scopes, t.suspended_at IS NOT NULL AS suspended,
    k.expires_at <= now() AS expired, coalesce(k.last_used_at < now() - interval '1 minute', true) AS "unseen"
  FROM api_keys k
  JOIN users u ON u.id = k.user_id AND u.tenant_id = k.tenant_id
  JOIN tenants t ON t.id = k.tenant_id
  WHERE k.hash = $1`;

// Looked at once more: of all who ask in the same minute, one writes.
const SEEN = `
  UPDATE api_keys SET last_used_at = now()
  WHERE id = $1 AND tenant_id = $2 AND coalesce(last_used_at < now() - interval '1 minute', true)`;

type FoundKey = FoundCaller & { keyId: string; expired: boolean | null; unseen: boolean };

/** Finds the caller that an API key stands for. */
@Injectable()
export class KeyCallers {
  constructor(private readonly database: Database) {}

  /** @throws Problem UNAUTHENTICATED, TENANT_SUSPENDED */
  async find(text: string): Promise<Caller> {
    const hash = parseApiKey(text);
    const [found] = hash ? await this.database.query<FoundKey>('auth.find-key', FIND, [hash]) : [];
    if (!found) throw invalidToken('UNAUTHENTICATED', 'The API key is not valid, or has been revoked.');
    if (found.expired) throw invalidToken('UNAUTHENTICATED', 'The API key has expired; make a new one.');
    if (found.unseen) await this.database.query('auth.key-seen', SEEN, [found.keyId, found.tenantId]);
    return toCaller(found);
  }
}
