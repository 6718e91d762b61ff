import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { QUOTA_COLUMNS, usageOf, type QuotaRow } from '#libs/quotas/limits.js';
import { decodeCursor, toPage, type Page } from '../../http/page.js';
import { Problem } from '../../problem/problem.js';
import { toTenantView } from '../tenant.schema.js';
import type { TenantEntry, TenantListQuery } from './tenants.schema.js';

const ENTRY = `
  SELECT id, name, created_at AS "createdAt", suspended_at AS "suspendedAt", members,
    default_expiry_seconds AS "defaultExpirySeconds", stream_limit AS "streamLimit",
    strip_location AS "stripLocation", ${QUOTA_COLUMNS}
  FROM tenants t
  JOIN tenant_quotas q ON q.tenant_id = t.id
  CROSS JOIN LATERAL (SELECT count(*)::int AS members FROM users u WHERE u.tenant_id = t.id) m`;

const LIST = `${ENTRY}
  WHERE ($1::text IS NULL OR strpos(lower(name), lower($1)) > 0)
    AND ($2::boolean IS NULL OR (suspended_at IS NOT NULL) = $2)
    AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
  ORDER BY created_at DESC, id DESC
  LIMIT $5`;

type Row = QuotaRow & Parameters<typeof toTenantView>[0] & { suspendedAt: Date | null; members: number };

/** Every tenant of the installation, with what it has. */
@Injectable()
export class ListTenants {
  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem INVALID_CURSOR */
  async run({ search, suspended, limit, cursor }: TenantListQuery): Promise<Page<TenantEntry>> {
    const position = cursor === undefined ? null : decodeCursor(cursor);
    const values = [search ?? null, suspended ?? null, position?.at ?? null, position?.id ?? null, limit + 1];
    const rows = await this.database.query<Row>('tenants.list', LIST, values);
    return toPage(
      rows,
      limit,
      ({ createdAt, id }) => ({ at: createdAt, id }),
      (row) => this.toEntry(row),
    );
  }

  /** @throws Problem TENANT_NOT_FOUND */
  async one(id: string): Promise<TenantEntry> {
    const [row] = await this.database.query<Row>('tenants.one', `${ENTRY} WHERE t.id = $1`, [id]);
    if (!row) throw new Problem('TENANT_NOT_FOUND', 'There is no such tenant.');
    return this.toEntry(row);
  }

  private toEntry(row: Row): TenantEntry {
    return {
      ...toTenantView(row),
      suspendedAt: row.suspendedAt?.toISOString() ?? null,
      members: row.members,
      usage: usageOf(row, this.settings),
    };
  }
}
