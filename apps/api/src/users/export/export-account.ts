import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { AccountExport } from '#libs/database/generated/client.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { enqueue } from '#libs/queue/enqueue.js';
import { exportKey } from '#libs/storage/keys.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import type { ExportView } from './export.schema.js';

/** How long an export that is not made yet is waited for. */
const WAITED_DAYS = 14;

/** All that is kept of the caller, packed by a worker. */
@Injectable()
export class ExportAccount {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The newest that is kept; null when there is none. */
  async newest({ userId, tenantId }: Caller): Promise<ExportView | null> {
    const where = { userId, tenantId, expiresAt: { gt: new Date() } };
    const orderBy = [{ createdAt: 'desc' }, { id: 'desc' }] as const;
    const row = await this.database.client.accountExport.findFirst({ where, orderBy: [...orderBy] });
    return row && this.view(row);
  }

  /** Has one made; while one is being made, that one is meant. */
  async begin(caller: Caller, origin: Origin): Promise<ExportView> {
    const { userId, tenantId } = caller;
    const id = uuidv7();
    const expiresAt = new Date(Date.now() + WAITED_DAYS * 86_400_000);
    const data = { id, userId, tenantId, objectKey: exportKey(tenantId, id), expiresAt };
    const token = await this.database.transaction(async (tx) => {
      // Of several at once, one finds its place free.
      const { count } = await tx.accountExport.createMany({ data, skipDuplicates: true });
      if (count === 0) return null;
      const subject = { type: 'user', id: userId } as const;
      await recordAudit(tx, { action: 'user.export-requested', actor: caller, subject }, origin);
      return enqueue(tx, { kind: 'export-account', tenantId, payload: { exportId: id }, tier: 'bulk' });
    });
    if (token) await this.dispatcher.dispatch([token]);
    const begun = await this.newest(caller);
    if (!begun) throw new Error('an export that was begun is gone');
    return begun;
  }

  private async view(row: AccountExport): Promise<ExportView> {
    const { id, state, failureReason } = row;
    return {
      ...{ id, state, failureReason },
      size: row.size === null ? null : Number(row.size),
      createdAt: row.createdAt.toISOString(),
      readyAt: row.readyAt?.toISOString() ?? null,
      expiresAt: state === 'READY' ? row.expiresAt.toISOString() : null,
      downloadUrl: state === 'READY' ? await this.sign(row) : null,
    };
  }

  private sign({ objectKey: key, expiresAt, createdAt }: AccountExport): Promise<string> {
    const left = Math.floor((expiresAt.getTime() - Date.now()) / 1000);
    return this.store.presignGet({
      key,
      contentType: 'application/zip',
      filename: `export-${createdAt.toISOString().slice(0, 10)}.zip`,
      disposition: 'attachment',
      expiresInSeconds: Math.max(1, Math.min(left, this.settings.DOWNLOAD_URL_TTL_SECONDS)),
    });
  }
}
