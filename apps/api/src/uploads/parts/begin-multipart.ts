import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import type { Caller, Origin } from '../../http/access.js';
import { CancelUpload } from '../cancel-upload.js';
import { ReserveUpload } from '../reserve-upload.js';
import type { PresignInput } from '../upload.schema.js';
import { partCount, partSizeFor } from './part-plan.js';
import type { Begun } from './parts.schema.js';

/** Promises room for one file that will come in parts. */
@Injectable()
export class BeginMultipart {
  constructor(
    private readonly database: Database,
    private readonly reserveUpload: ReserveUpload,
    private readonly cancelUpload: CancelUpload,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem as a presign; QuotaExceededError, StoreUnavailableError */
  async run(input: PresignInput, caller: Caller, origin: Origin): Promise<Begun> {
    await this.reserveUpload.refuseUnacceptable(input);
    const ids = this.reserveUpload.newIds(caller);
    const { id, objectKey } = ids;
    const partSize = partSizeFor(input.fileSize);
    const expiresInSeconds = this.settings.UPLOAD_PARTS_TTL_SECONDS;
    // The row before the store's: what nobody owns nobody removes.
    const expiresAt = await this.reserveUpload.run(input, { ...ids, expiresInSeconds, partSize }, caller, origin);
    try {
      const multipartId = await this.store.multipart.begin(objectKey, input.contentType);
      await this.database.client.upload.updateMany({
        where: { id, tenantId: caller.tenantId },
        data: { multipartId },
      });
    } catch (error) {
      await this.cancelUpload.run(id, caller, origin);
      throw error;
    }
    const count = partCount({ size: BigInt(input.fileSize), partSize });
    return { uploadId: id, objectKey, parts: { size: partSize, count }, expiresAt: expiresAt.toISOString() };
  }
}
