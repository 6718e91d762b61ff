import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { enqueue } from '#libs/queue/enqueue.js';
import { assetPrefix } from '#libs/storage/keys.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import { Problem } from '../problem/problem.js';
import { findUpload } from './find-upload.js';

/** Ends an upload that is not wanted any longer: its room is free at once, and a job removes what has arrived. */
@Injectable()
export class CancelUpload {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Said twice, it is done once. @throws Problem UPLOAD_NOT_FOUND, UPLOAD_COMPLETED */
  async run(id: string, caller: Caller, origin: Origin): Promise<void> {
    const upload = await findUpload(this.database, id, caller);
    const { tenantId, assetId } = upload;
    const tokens = await this.database.transaction(async (tx) => {
      const where = { id, tenantId, state: 'WAITING' } as const;
      const { count } = await tx.upload.updateMany({ where, data: { state: 'CANCELLED' } });
      if (count === 0) return [];
      const subject = { type: 'upload', id } as const;
      const payload = { filename: upload.filename };
      await recordAudit(tx, { action: 'upload.cancelled', actor: caller, subject, payload }, origin);
      const removal = {
        kind: 'delete-objects',
        tenantId,
        payload: { prefix: assetPrefix(tenantId, assetId) },
      } as const;
      // Once more when no URL is good any longer: until then something may still be put there.
      const runAt = new Date(Date.now() + this.settings.UPLOAD_URL_TTL_SECONDS * 1000);
      return [await enqueue(tx, removal), await enqueue(tx, { ...removal, runAt })];
    });
    if (tokens.length > 0) await this.dispatcher.dispatch(tokens);
    else if ((await findUpload(this.database, id, caller)).state === 'COMPLETED')
      throw new Problem('UPLOAD_COMPLETED', 'The upload has become an asset; delete that.');
  }
}
