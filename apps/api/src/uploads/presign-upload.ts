import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { canonicalMime, isKnown, matchesAccepted } from '#libs/media/kinds.js';
import { Quotas } from '#libs/quotas/quotas.js';
import { originalKey } from '#libs/storage/keys.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import { LiveWorkers } from '../health/live-workers.js';
import { Problem } from '../problem/problem.js';
import { DescribeAsset } from './describe-asset.js';
import type { Presigned, PresignInput } from './upload.schema.js';

/** Promises room for one file and hands out the URL that takes exactly that file. */
@Injectable()
export class PresignUpload {
  constructor(
    private readonly database: Database,
    private readonly describeAsset: DescribeAsset,
    private readonly workers: LiveWorkers,
    private readonly quotas: Quotas,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem FILE_TOO_LARGE, FILE_TYPE_NOT_ACCEPTED; QuotaExceededError */
  async run(input: PresignInput, caller: Caller, origin: Origin): Promise<Presigned> {
    await this.refuseUnacceptable(input);
    const id = uuidv7();
    const assetId = uuidv7();
    const expiresIn = this.settings.UPLOAD_URL_TTL_SECONDS;
    const request = await this.store.presignPut({
      key: originalKey(caller.tenantId, assetId),
      contentType: input.contentType,
      size: input.fileSize,
      ...(input.sha256Hash && { sha256: input.sha256Hash }),
      expiresInSeconds: expiresIn,
    });
    const upload = {
      id,
      assetId,
      tenantId: caller.tenantId,
      ownerId: caller.userId,
      objectKey: originalKey(caller.tenantId, assetId),
      filename: input.filename,
      contentType: input.contentType,
      size: BigInt(input.fileSize),
      sha256: input.sha256Hash ?? null,
      expiresAt: request.expiresAt,
      ...(await this.describeAsset.run(input, caller.tenantId)),
    };
    await this.database.transaction(async (tx) => {
      await recordAudit(
        tx,
        {
          action: 'upload.presigned',
          actor: caller,
          subject: { type: 'upload', id },
          payload: { filename: input.filename, contentType: input.contentType, size: input.fileSize },
        },
        origin,
      );
      // Last: parallel presigns of the tenant wait for each other from here on.
      await this.quotas.makeRoom(tx, caller.tenantId, input.fileSize);
      await tx.upload.create({ data: upload, select: { id: true } });
    });
    return {
      uploadId: id,
      objectKey: upload.objectKey,
      uploadUrl: request.url,
      method: request.method,
      headers: request.headers,
      expiresIn,
      expiresAt: request.expiresAt.toISOString(),
    };
  }

  private async refuseUnacceptable(input: PresignInput): Promise<void> {
    const { UPLOAD_MAX_BYTES: limit, UPLOAD_ACCEPTED_TYPES: accepted } = this.settings;
    if (input.fileSize > limit)
      throw new Problem('FILE_TOO_LARGE', `The file has ${input.fileSize} bytes; the limit is ${limit} bytes.`, {
        errors: [{ detail: `at most ${limit}`, pointer: '#/fileSize' }],
      });
    const type = canonicalMime(input.contentType);
    const errors = [{ detail: 'not an accepted type', pointer: '#/contentType' }];
    if (!isKnown(type) || !matchesAccepted(type, accepted))
      throw new Problem('FILE_TYPE_NOT_ACCEPTED', `${input.contentType} is not accepted; ${allOf(accepted)}.`, {
        errors,
      });
    if (await this.workers.noneCan(type))
      throw new Problem(
        'FILE_TYPE_NOT_PROCESSABLE',
        `${input.contentType} cannot be processed here at the moment: the program that reads such files is missing. ` +
          'Ask whoever runs this server.',
        { errors },
      );
  }
}

const allOf = (accepted: readonly string[]): string =>
  accepted.includes('*/*')
    ? 'pictures, films, sound, documents and archives are, but no programs and no web pages'
    : `accepted: ${accepted.join(', ')}`;
