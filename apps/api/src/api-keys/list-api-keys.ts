import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { reaches, type Caller } from '../http/access.js';
import { after, NEWEST_FIRST, toPage, type Page } from '../http/page.js';
import { toApiKeyView, type ApiKeyListQuery, type ApiKeyView } from './api-key.schema.js';

/** Owners see every key of the tenant, others their own. */
@Injectable()
export class ListApiKeys {
  constructor(private readonly database: Database) {}

  /** @throws Problem INVALID_CURSOR */
  async run({ limit, cursor }: ApiKeyListQuery, caller: Caller): Promise<Page<ApiKeyView>> {
    const rows = await this.database.client.apiKey.findMany({
      where: { ...mayManage(caller), ...after(cursor) },
      omit: { hash: true, tenantId: true },
      orderBy: NEWEST_FIRST,
      take: limit + 1,
    });
    return toPage(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }), toApiKeyView);
  }
}

/** The keys that a caller may see and revoke. */
export const mayManage = (caller: Caller): { tenantId: string; userId?: string } =>
  reaches(caller, 'owner') ? { tenantId: caller.tenantId } : { tenantId: caller.tenantId, userId: caller.userId };
