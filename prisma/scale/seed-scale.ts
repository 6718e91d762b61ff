import pg from 'pg';

const BATCH = 20_000;

/** How names of what this makes begin: run again, it adds to what is there. */
const NAME = 'Scale';

export interface Scale {
  assets: number;
  tenants: number;
}

/**
 * Makes many tenants with many assets: rows without files, for measuring. The first tenant has a tenth of all, the
 * others share the rest. Triggers count and index each of them as they do in life.
 */
export async function seedScale(
  databaseUrl: string,
  { assets, tenants }: Scale,
  onProgress: (made: number) => void = () => undefined,
): Promise<{ tenantIds: string[] }> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(TENANTS, [tenants, NAME]);
    const tenantIds = rows.map(({ id }) => id);
    await client.query(OWNERS, [tenantIds]);
    for (let made = 0; made < assets; made += BATCH) {
      const until = Math.min(made + BATCH, assets);
      await client.query(ASSETS, [made + 1, until, tenantIds]);
      onProgress(until);
    }
    await client.query('ANALYZE assets, tenants, users, tenant_quotas');
    return { tenantIds };
  } finally {
    await client.end();
  }
}

const TENANTS = `INSERT INTO tenants (id, name) SELECT gen_random_uuid(), $2 || ' ' || n FROM generate_series(1, $1::int) n RETURNING id`;

/** They cannot sign in: no password has such a hash. */
const OWNERS = `INSERT INTO users (id, tenant_id, email, password_hash, tenant_role)
  SELECT id, id, id || '@scale.example', '-', 'OWNER' FROM unnest($1::uuid[]) AS id`;

/** $1 to $2: numbers of rows. Every tenth is the first tenant's. An hour is between two of them, in no order of names. */
const ASSETS = `
  INSERT INTO assets (id, tenant_id, owner_id, object_key, filename, mime_type, kind, size, status, created_at, ready_at,
    resource, resource_id, title, description, labels, visibility, expires_at, deleted_at)
  SELECT made.id, tenant, tenant, tenant || '/' || made.id || '/original',
    'IMG_' || lpad(((n::bigint * 7919) % 1000003)::text, 7, '0') || '-' || n || '.jpg', mime, kind::asset_kind,
    1000 + (n::bigint * 104729) % 5000000, CASE WHEN n % 97 = 0 THEN 'FAILED' ELSE 'READY' END::asset_status,
    now() - n * interval '1 second', now() - n * interval '1 second',
    CASE WHEN n % 2 = 0 THEN 'product' END, CASE WHEN n % 2 = 0 THEN (n / 20)::text END,
    'Picture ' || n, CASE WHEN n % 3 = 0 THEN 'Seen at the ' || words[1 + n % 8] || ' of the old town' END,
    jsonb_build_object('category', words[1 + n % 8], 'language', CASE n % 3 WHEN 0 THEN 'de' ELSE 'en' END),
    CASE WHEN n % 50 = 0 THEN 'public' ELSE 'private' END::visibility,
    CASE WHEN n % 211 = 0 THEN now() + interval '1 year' END,
    CASE WHEN n % 101 = 0 THEN now() - (n % 20) * interval '1 day' END
  FROM generate_series($1::int, $2::int) AS n
  CROSS JOIN LATERAL (SELECT gen_random_uuid() AS id, $3::uuid[] AS tenants WHERE n > 0) AS made
  CROSS JOIN LATERAL (SELECT
    tenants[CASE WHEN n % 10 = 0 THEN 1 ELSE 1 + n % cardinality(tenants) END] AS tenant,
    (ARRAY['image/jpeg', 'image/png', 'video/mp4', 'application/pdf'])[1 + n % 4] AS mime,
    (ARRAY['IMAGE', 'IMAGE', 'VIDEO', 'DOCUMENT'])[1 + n % 4] AS kind,
    ARRAY['harbour', 'market', 'bridge', 'station', 'castle', 'garden', 'museum', 'tower'] AS words) AS of`;
