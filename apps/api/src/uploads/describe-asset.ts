import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import type { Prisma, Upload } from '#libs/database/generated/client.js';
import type { About } from '../assets/about.schema.js';

/** The columns of an upload that say what its asset is to be told. */
export type Described = Pick<
  Upload,
  'resource' | 'resourceId' | 'title' | 'description' | 'visibility' | 'assetExpiresAt'
> & { labels: Prisma.InputJsonObject };

/** Fills in what an uploader left unsaid. */
@Injectable()
export class DescribeAsset {
  constructor(private readonly database: Database) {}

  async run(given: About, tenantId: string): Promise<Described> {
    return {
      resource: given.resource ?? null,
      resourceId: given.resourceId ?? null,
      title: given.title ?? null,
      description: given.description || null,
      labels: given.labels ?? {},
      visibility: given.visibility ?? 'private',
      assetExpiresAt: await this.expiry(given.expiresAt, tenantId),
    };
  }

  /** null is never; nothing is what the tenant has chosen, from now on. */
  private async expiry(given: string | null | undefined, tenantId: string): Promise<Date | null> {
    if (given !== undefined) return given === null ? null : new Date(given);
    const tenant = await this.database.client.tenant.findFirst({
      where: { id: tenantId },
      select: { defaultExpirySeconds: true },
    });
    const seconds = tenant?.defaultExpirySeconds ?? null;
    return seconds === null ? null : new Date(Date.now() + seconds * 1000);
  }
}
