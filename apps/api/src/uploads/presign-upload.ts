import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { LARGEST_PUT_BYTES } from '#libs/storage/multipart.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import type { Caller, Origin } from '../http/access.js';
import { answerIn } from '../idempotency/answer-in.js';
import { Problem } from '../problem/problem.js';
import { ReserveUpload } from './reserve-upload.js';
import type { Presigned, PresignInput } from './upload.schema.js';

/** Promises room for one file and hands out the URL that takes exactly that file. */
@Injectable()
export class PresignUpload {
  constructor(
    private readonly reserveUpload: ReserveUpload,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem FILE_TOO_LARGE, FILE_TYPE_NOT_ACCEPTED; QuotaExceededError */
  async run(input: PresignInput, caller: Caller, origin: Origin): Promise<Presigned> {
    await this.reserveUpload.refuseUnacceptable(input);
    if (this.store.kind === 's3' && input.fileSize > LARGEST_PUT_BYTES)
      throw new Problem('FILE_TOO_LARGE', 'One PUT takes 5 GiB; send larger files in parts: POST /uploads/multipart.', {
        errors: [{ detail: `at most ${LARGEST_PUT_BYTES} in one PUT`, pointer: '#/fileSize' }],
      });
    const ids = this.reserveUpload.newIds(caller);
    const expiresIn = this.settings.UPLOAD_URL_TTL_SECONDS;
    const request = await this.store.presignPut({
      key: ids.objectKey,
      contentType: input.contentType,
      size: input.fileSize,
      ...(input.sha256Hash && { sha256: input.sha256Hash }),
      expiresInSeconds: expiresIn,
    });
    const answer = {
      uploadId: ids.id,
      objectKey: ids.objectKey,
      uploadUrl: request.url,
      method: request.method,
      headers: request.headers,
      expiresIn,
      expiresAt: request.expiresAt.toISOString(),
    };
    const reserved = { ...ids, expiresInSeconds: expiresIn };
    await this.reserveUpload.run(input, reserved, caller, origin, (tx) => answerIn(tx, 201, () => answer));
    return answer;
  }
}
