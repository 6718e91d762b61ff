import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { acrossTenants } from '#libs/database/wall/tenant-scope.js';
import { labelValues } from './label-values.js';
import type { AssetStats, AssetStatsQuery } from './stats.schema.js';

const LABEL = 'label:';

/** Of an asset and all that was made of it. */
const BYTES = `a.size + coalesce((SELECT sum(r.size) FROM renditions r WHERE r.asset_id = a.id), 0)`;

/** What is in the trash counts as well: it takes room. */
function statement(column: 'kind' | 'status' | null, everybody: boolean): string {
  const [key, from] = column ? [`${column}::text`, ''] : ['label.key', `CROSS JOIN ${labelValues('labels', '$2')}`];
  return `
    WITH held AS MATERIALIZED (
      SELECT a.kind, a.status, a.labels, ${BYTES} AS bytes FROM assets a ${everybody ? '' : 'WHERE a.tenant_id = $3'}
    )
    SELECT 'total' AS part, NULL AS key, count(*)::float8 AS assets, coalesce(sum(bytes), 0)::float8 AS bytes FROM held
    UNION ALL
    SELECT * FROM (
      SELECT 'group', ${key}, count(*)::float8, sum(bytes)::float8 FROM held ${from}
      GROUP BY ${key} ORDER BY 3 DESC, 2 LIMIT $1
    ) AS largest ${column ? 'WHERE $2::text IS NULL' : ''}`;
}

interface Row {
  part: 'total' | 'group';
  key: string | null;
  assets: number;
  bytes: number;
}

/** What there is, in numbers. */
@Injectable()
export class AssetStatistics {
  constructor(private readonly database: Database) {}

  /** @param tenantId null: of everybody */
  async run({ groupBy, limit }: AssetStatsQuery, tenantId: string | null): Promise<AssetStats> {
    const column = groupBy === 'kind' || groupBy === 'status' ? groupBy : null;
    const label = groupBy.startsWith(LABEL) ? groupBy.slice(LABEL.length) : groupBy;
    const values = [limit, column ? null : label, ...(tenantId === null ? [] : [tenantId])];
    const name = `stats.assets-${column ?? 'label'}-${tenantId === null ? 'all' : 'tenant'}`;
    const ask = () => this.database.query<Row>(name, statement(column, tenantId === null), values);
    // Who asks for everybody is an administrator.
    const rows = await (tenantId === null ? acrossTenants(ask) : ask());
    return {
      groupBy,
      totals: rows.find(({ part }) => part === 'total') ?? { assets: 0, bytes: 0 },
      groups: rows.filter(({ part }) => part === 'group'),
    };
  }
}
