import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database, type Transaction } from '#libs/database/database.js';
import type { Upload } from '#libs/database/generated/client.js';
import { canonicalMime, isKnown, matchesAccepted } from '#libs/media/kinds.js';
import { Quotas } from '#libs/quotas/quotas.js';
import { originalKey } from '#libs/storage/keys.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import { LiveWorkers } from '../health/live-workers.js';
import { Problem } from '../problem/problem.js';
import { DescribeAsset } from './describe-asset.js';
import type { PresignInput } from './upload.schema.js';

/** What an upload is called before it is there. */
export type UploadIds = Pick<Upload, 'id' | 'assetId' | 'objectKey'>;

/** Promises room for one file, whichever way it will come. */
@Injectable()
export class ReserveUpload {
  constructor(
    private readonly database: Database,
    private readonly describeAsset: DescribeAsset,
    private readonly workers: LiveWorkers,
    private readonly quotas: Quotas,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  newIds({ tenantId }: Caller): UploadIds {
    const [id, assetId] = [uuidv7(), uuidv7()];
    return { id, assetId, objectKey: originalKey(tenantId, assetId) };
  }

  /**
   * Writes down the promise.
   * @param besides what else is written in the same transaction
   * @returns when it expires, by the database's clock
   * @throws QuotaExceededError
   */
  async run(
    input: PresignInput,
    { expiresInSeconds, ...ids }: UploadIds & { expiresInSeconds: number; partSize?: number },
    caller: Caller,
    origin: Origin,
    besides: (tx: Transaction) => Promise<void> = () => Promise.resolve(),
  ): Promise<Date> {
    const upload = {
      ...ids,
      tenantId: caller.tenantId,
      ownerId: caller.userId,
      filename: input.filename,
      contentType: input.contentType,
      size: BigInt(input.fileSize),
      sha256: input.sha256Hash ?? null,
      ...(await this.describeAsset.run(input, caller.tenantId)),
    };
    const subject = { type: 'upload', id: ids.id } as const;
    const payload = { filename: input.filename, contentType: input.contentType, size: input.fileSize };
    return this.database.transaction(async (tx) => {
      await recordAudit(tx, { action: 'upload.presigned', actor: caller, subject, payload }, origin);
      await besides(tx);
      // Last: parallel presigns of the tenant wait for each other from here on.
      const now = await this.quotas.makeRoom(tx, caller.tenantId, input.fileSize);
      const expiresAt = new Date(now.getTime() + expiresInSeconds * 1000);
      await tx.upload.create({ data: { ...upload, expiresAt }, select: { id: true } });
      return expiresAt;
    });
  }

  /** @throws Problem FILE_TOO_LARGE, FILE_TYPE_NOT_ACCEPTED, FILE_TYPE_NOT_PROCESSABLE */
  async refuseUnacceptable(input: PresignInput): Promise<void> {
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
