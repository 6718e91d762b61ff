import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import type { Prisma } from '#libs/database/generated/client.js';
import type { Caller } from '../http/access.js';
import { decodeCursor, toPage, type Page } from '../http/page.js';
import type { AssetListQuery, AssetSummary } from './asset.schema.js';
import { AssetViews, withRenditions } from './asset-views.js';

@Injectable()
export class ListAssets {
  constructor(
    private readonly database: Database,
    private readonly views: AssetViews,
  ) {}

  async run(query: AssetListQuery, caller: Caller): Promise<Page<AssetSummary>> {
    const rows = await this.database.client.asset.findMany({
      where: { tenantId: caller.tenantId, ...filters(query), ...after(query.cursor) },
      include: withRenditions,
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: query.limit + 1,
    });
    const page = toPage(
      rows,
      query.limit,
      (row) => ({ at: row.createdAt, id: row.id }),
      (row) => this.views.summary(row),
    );
    return { items: await Promise.all(page.items), nextCursor: page.nextCursor };
  }
}

function filters({ status, kind, mimeType, search }: AssetListQuery): Prisma.AssetWhereInput {
  return {
    ...(status && { status }),
    ...(kind && { kind }),
    ...(mimeType && { mimeType }),
    ...(search && { filename: { contains: search.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' } }),
  };
}

/** Keyset: what comes after the last row shown, among equals by id. */
function after(cursor: string | undefined): Prisma.AssetWhereInput {
  if (cursor === undefined) return {};
  const { at, id } = decodeCursor(cursor);
  return { createdAt: { lte: at }, OR: [{ createdAt: { lt: at } }, { id: { lt: id } }] };
}
