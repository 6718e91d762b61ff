import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import type { Prisma } from '#libs/database/generated/client.js';
import { live } from '../assets/readable.js';
import { decodeCursor, toPage, type Page } from '../http/page.js';
import { isUuid } from '../http/uuid.js';
import { jobNotFound } from './lock-job.js';
import type { JobListQuery, JobSummary, JobView } from './job.schema.js';
import { toSummary, toView, withRuns } from './job-views.js';

type Ids = Pick<JobView, 'tenantId' | 'assetId'>;

@Injectable()
export class FindJobs {
  constructor(private readonly database: Database) {}

  async list({ limit, cursor, ...filters }: JobListQuery): Promise<Page<JobSummary>> {
    const rows = await this.database.client.job.findMany({
      where: { ...filters, ...after(cursor) },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
    });
    return toPage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }), toSummary);
  }

  /** @throws Problem JOB_NOT_FOUND */
  async one(id: string): Promise<JobView> {
    const row = isUuid(id) ? await this.database.client.job.findFirst({ where: { id }, include: withRuns }) : null;
    if (!row) throw jobNotFound();
    return toView(row, await this.namesOf(row));
  }

  private async namesOf({ tenantId, assetId }: Ids): Promise<Pick<JobView, 'tenantName' | 'assetName'>> {
    const { client } = this.database;
    const [tenant, asset] = await Promise.all([
      client.tenant.findFirst({ where: { id: tenantId }, select: { name: true } }),
      assetId === null
        ? null
        : client.asset.findFirst({
            where: { id: assetId, tenantId, ...live() },
            select: { title: true, filename: true },
          }),
    ]);
    return { tenantName: tenant?.name ?? null, assetName: asset && (asset.title ?? asset.filename) };
  }
}

/** Keyset: what comes after the last row shown, among equals by id. */
function after(cursor: string | undefined): Prisma.JobWhereInput {
  if (cursor === undefined) return {};
  const { at, id } = decodeCursor(cursor);
  return { createdAt: { lte: at }, OR: [{ createdAt: { lt: at } }, { id: { lt: id } }] };
}
