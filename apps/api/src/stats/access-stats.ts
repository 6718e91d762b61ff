import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { acrossTenants } from '#libs/database/wall/tenant-scope.js';
import { labelValues } from './label-values.js';
import { MOST_DAYS, type AccessStats, type AccessStatsQuery } from './stats.schema.js';

const SUMS = `
  coalesce(sum(hits) FILTER (WHERE action = 'view'), 0)::float8 AS views,
  coalesce(sum(hits) FILTER (WHERE action = 'download'), 0)::float8 AS downloads,
  coalesce(sum(hits) FILTER (WHERE action = 'stream'), 0)::float8 AS streams,
  coalesce(sum(bytes), 0)::float8 AS bytes,
  (coalesce(sum(milliseconds), 0) / 1000)::float8 AS seconds`;

const NOTHING = 'NULL::text';

/** Of each grouping: what is grouped by, what it is called, and what has to be looked at besides. */
const GROUPS: Record<AccessStatsQuery['groupBy'], { key: string; name?: string; from?: string }> = {
  // What is written down after an asset is gone does not know what it was called.
  asset: {
    key: 'asset_id::text',
    name: '(array_agg(filename ORDER BY day DESC) FILTER (WHERE filename IS NOT NULL))[1]',
  },
  user: { key: 'user_id::text', name: 'max(u.email)' },
  day: { key: 'day::text' },
  role: { key: 'seen.role' },
  device: { key: 'device' },
  clientLanguage: { key: 'seen.language' },
  category: { key: 'label.key', from: `CROSS JOIN ${labelValues('labels', `'category'`)}` },
  language: { key: 'label.key', from: `CROSS JOIN ${labelValues('labels', `'language'`)}` },
  provider: { key: 'label.key', from: `CROSS JOIN ${labelValues('labels', `'provider'`)}` },
};

/** One question for a whole page: the sums of all, of each day, and of the largest groups. */
function statement(groupBy: AccessStatsQuery['groupBy'], everybody: boolean): string {
  const { key, name = NOTHING, from = groupBy === 'user' ? users(everybody) : '' } = GROUPS[groupBy];
  const columns = 'day, action, asset_id, user_id, role, language, device, hits, bytes, milliseconds, filename, labels';
  const where = `day BETWEEN $1 AND $2 ${everybody ? '' : 'AND tenant_id = $4'}`;
  return `
    WITH seen AS MATERIALIZED (
      SELECT ${columns} FROM access_log WHERE ${where}
      UNION ALL SELECT ${columns} FROM access_hits WHERE ${where}
    )
    SELECT 'total' AS part, ${NOTHING} AS key, ${NOTHING} AS name, ${SUMS} FROM seen
    UNION ALL
    SELECT * FROM (SELECT 'day', day::text, ${NOTHING}, ${SUMS} FROM seen GROUP BY day ORDER BY day) AS days
    UNION ALL
    SELECT * FROM (
      SELECT 'group', ${key}, ${name}, ${SUMS} FROM seen ${from}
      GROUP BY ${key} ORDER BY ${groupBy === 'day' ? 'day' : 'sum(hits) DESC, 2'}
      LIMIT ${groupBy === 'day' ? `greatest($3, ${MOST_DAYS})` : '$3'}
    ) AS largest`;
}

/** Who somebody of another tenant is, to whom a public asset or a post was shown, is not for a tenant to know. */
const users = (everybody: boolean): string =>
  `LEFT JOIN users u ON u.id = user_id ${everybody ? '' : 'AND u.tenant_id = $4'}`;

type Sums = AccessStats['totals'];
type Row = Sums & { part: 'total' | 'day' | 'group'; key: string | null; name: string | null };

const NONE: Sums = { views: 0, downloads: 0, streams: 0, bytes: 0, seconds: 0 };

/** Who was given what, in numbers; as current as the last flush. */
@Injectable()
export class AccessStatistics {
  constructor(private readonly database: Database) {}

  /** @param tenantId null: of everybody */
  async run({ groupBy, from, to, limit }: AccessStatsQuery, tenantId: string | null): Promise<AccessStats> {
    const values = [from, to, limit, ...(tenantId === null ? [] : [tenantId])];
    const name = `stats.access-${groupBy}-${tenantId === null ? 'all' : 'tenant'}`;
    const ask = () => this.database.query<Row>(name, statement(groupBy, tenantId === null), values);
    // Across tenants: an administrator, who belongs to one, asks for all.
    const rows = await (tenantId === null ? acrossTenants(ask) : ask());
    const of = (part: Row['part']): Row[] => rows.filter((row) => row.part === part);
    return {
      groupBy,
      from,
      to,
      totals: of('total')[0] ?? NONE,
      groups: of('group'),
      series: of('day').map((row) => ({ ...row, day: row.key ?? '' })),
    };
  }
}
