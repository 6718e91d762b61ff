import type { Database } from '#libs/database/database.js';

const PAGE = 500;

/**
 * What is kept of an account, each as one file: rows as JSON, a page at a time in the order of `id`. $1 the account, $2
 * its tenant, $3 the last id shown, $4 how many. No secrets: neither hashes nor addresses that somebody fetched from.
 */
const SECTIONS = {
  profile: `SELECT u.id, json_build_object('id', u.id, 'email', u.email, 'username', u.username, 'role', u.role,
      'tenantRole', u.tenant_role, 'createdAt', u.created_at, 'tenant', (SELECT name FROM tenants WHERE id = u.tenant_id),
      'profile', (SELECT to_jsonb(p) - 'user_id' FROM profiles p WHERE p.user_id = u.id)) AS row
    FROM users u WHERE u.id = $1 AND u.tenant_id = $2 AND u.id > $3`,
  sessions: `SELECT id, json_build_object('id', id, 'userAgent', user_agent, 'ip', ip, 'createdAt', created_at,
      'lastUsedAt', last_used_at, 'expiresAt', expires_at, 'revokedAt', revoked_at) AS row
    FROM sessions WHERE user_id = $1 AND $2::uuid IS NOT NULL AND id > $3`,
  'api-keys': `SELECT id, json_build_object('id', id, 'name', name, 'scopes', scopes, 'createdAt', created_at,
      'expiresAt', expires_at, 'lastUsedAt', last_used_at) AS row
    FROM api_keys WHERE user_id = $1 AND tenant_id = $2 AND id > $3`,
  audit: `SELECT id, json_build_object('at', at, 'action', action, 'subjectType', subject_type, 'subjectId', subject_id,
      'payload', payload, 'ip', ip) AS row
    FROM audit_logs WHERE actor_id = $1 AND $2::uuid IS NOT NULL AND id > $3`,
  uploads: `SELECT id, (to_jsonb(u) - 'source_url') AS row
    FROM uploads u WHERE owner_id = $1 AND tenant_id = $2 AND id > $3`,
  assets: `SELECT id, (to_jsonb(a) - 'terms') || jsonb_build_object('file', 'files/' || id || '/' || filename) AS row
    FROM assets a WHERE owner_id = $1 AND tenant_id = $2 AND id > $3`,
  posts: `SELECT id, to_jsonb(p) AS row
    FROM posts p WHERE author_id = $1 AND $2::uuid IS NOT NULL AND id > $3`,
} as const;

export type Section = keyof typeof SECTIONS;

export const SECTION_NAMES = Object.keys(SECTIONS) as Section[];

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** The rows of a section as one JSON array, in constant memory. */
export async function* jsonOf(
  database: Database,
  section: Section,
  { userId, tenantId }: { userId: string; tenantId: string },
): AsyncGenerator<string> {
  const sql = `${SECTIONS[section]} ORDER BY id LIMIT $4`;
  let separator = '[\n';
  for (let last = BEFORE_ALL; ;) {
    const rows = await database.query<{ id: string; row: unknown }>(`export.${section}`, sql, [
      userId,
      tenantId,
      last,
      PAGE,
    ]);
    for (const { row } of rows) {
      yield separator + JSON.stringify(row);
      separator = ',\n';
    }
    const end = rows.at(-1)?.id;
    if (rows.length < PAGE || end === undefined) break;
    last = end;
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}
