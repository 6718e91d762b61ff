import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { Prisma } from '#libs/database/generated/client.js';
import { acrossTenants } from '#libs/database/wall/tenant-scope.js';
import type { Caller } from '../../http/access.js';
import type { Page } from '../../http/page.js';
import type { AssetSummary } from '../asset.schema.js';
import { AssetViews, withRenditions } from '../asset-views.js';
import { conditions, isOfAll } from './conditions.js';
import type { AssetListQuery } from './list.schema.js';
import { orderOf, type Order } from './order.js';

export interface AssetPage extends Page<AssetSummary> {
  /** Where pages have numbers. */
  total?: number;
  page?: number;
  pageSize?: number;
}

interface Place {
  id: string;
  key: Date | string | bigint;
}

@Injectable()
export class ListAssets {
  constructor(
    private readonly database: Database,
    private readonly views: AssetViews,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  run(query: AssetListQuery, { tenantId }: Pick<Caller, 'tenantId'>): Promise<AssetPage> {
    // What is public is everybody's.
    return isOfAll(query)
      ? acrossTenants(() => this.list(query, tenantId, {}))
      : this.list(query, tenantId, { tenantId });
  }

  private async list(query: AssetListQuery, tenantId: string, within: { tenantId?: string }): Promise<AssetPage> {
    const {
      sort = query.deleted ? '-deletedAt' : '-createdAt',
      limit,
      cursor,
      page,
      pageSize = limit,
      ...filters
    } = query;
    const where = conditions(filters, tenantId, this.settings.TRASH_RETENTION_DAYS);
    const order = orderOf(sort, filters);
    const from = { after: cursor === undefined ? null : order.after(cursor), skip: ((page ?? 1) - 1) * pageSize };
    const [places, total] = await Promise.all([
      this.find(where, order, from, pageSize + 1),
      page === undefined ? undefined : this.count(where),
    ]);
    const shown = places.slice(0, pageSize);
    const last = shown.at(-1);
    return {
      items: await this.show({ ...within, id: { in: shown.map(({ id }) => id) } }, shown),
      nextCursor: places.length > pageSize && last ? order.cursorOf(last) : null,
      ...(total !== undefined && { total, page, pageSize }),
    };
  }

  private find(
    where: Prisma.Sql,
    order: Order,
    { after, skip }: { after: Prisma.Sql | null; skip: number },
    take: number,
  ): Promise<Place[]> {
    return this.database.client.$queryRaw<Place[]>`
      SELECT id, ${order.key} AS key FROM assets WHERE ${where} ${after ? Prisma.sql`AND ${after}` : Prisma.empty}
      ORDER BY ${order.orderBy} OFFSET ${skip} LIMIT ${take}`;
  }

  private async count(where: Prisma.Sql): Promise<number> {
    const [row] = await this.database.client.$queryRaw<{ total: bigint }[]>`
      SELECT count(*) AS total FROM assets WHERE ${where}`;
    return Number(row?.total ?? 0);
  }

  /** In the order of the places; one that has gone meanwhile is left out. */
  private async show(where: Prisma.AssetWhereInput, places: readonly Place[]): Promise<AssetSummary[]> {
    const rows = await this.database.client.asset.findMany({ where, include: withRenditions });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return Promise.all(places.flatMap(({ id }) => byId.get(id) ?? []).map((row) => this.views.summary(row)));
  }
}
