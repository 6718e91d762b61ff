import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { Upload } from '#libs/database/generated/client.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { enqueue } from '#libs/queue/enqueue.js';
import { Quotas } from '#libs/quotas/quotas.js';
import { originalKey } from '#libs/storage/keys.js';
import { FETCHED_WITHIN_MS } from '#libs/uploads/growing-room.js';
import { FetchFailure } from '#libs/url-fetch/fetch-failure.js';
import { UrlRules } from '#libs/url-fetch/url-rules.js';
import { filename } from '../../assets/about.schema.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { answerIn } from '../../idempotency/answer-in.js';
import { invalid } from '../../problem/validation.js';
import { DescribeAsset } from '../describe-asset.js';
import { toUploadView } from '../upload-view.js';
import type { FromUrlInput } from './from-url.schema.js';

/** Writes down that a file is to be fetched; a worker does it. */
@Injectable()
export class UploadFromUrl {
  private readonly rules: UrlRules;

  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly describeAsset: DescribeAsset,
    private readonly quotas: Quotas,
    @Inject(SETTINGS) settings: Settings,
  ) {
    const { URL_FETCH_PORTS: ports, URL_FETCH_ALLOW_PRIVATE: allowPrivate } = settings;
    this.rules = new UrlRules({ ports, allowPrivate });
  }

  /** @throws Problem VALIDATION_FAILED; QuotaExceededError */
  async run(input: FromUrlInput, { tenantId, userId: ownerId, ...caller }: Caller, origin: Origin): Promise<Upload> {
    const url = this.allowed(input.url);
    const [id, assetId] = [uuidv7(), uuidv7()];
    const upload = {
      ...{ id, assetId, tenantId, ownerId },
      objectKey: originalKey(tenantId, assetId),
      filename: input.filename ?? nameIn(url),
      // Neither is known before the file is here.
      contentType: 'application/octet-stream',
      size: 0n,
      sha256: input.sha256Hash ?? null,
      sourceUrl: url.href,
      ...(await this.describeAsset.run(input, tenantId)),
    };
    const { row, token } = await this.database.transaction(async (tx) => {
      const actor = { ...caller, tenantId, userId: ownerId };
      // Not the whole address: it may hold what only its owner may know.
      const payload = { host: url.host, filename: upload.filename };
      await recordAudit(tx, { action: 'upload.from-url', actor, subject: { type: 'upload', id }, payload }, origin);
      const now = await this.quotas.makeRoom(tx, tenantId, 0);
      const expiresAt = new Date(now.getTime() + FETCHED_WITHIN_MS);
      const made = await tx.upload.create({ data: { ...upload, expiresAt } });
      await answerIn(tx, 202, () => toUploadView(made));
      return { row: made, token: await enqueue(tx, { kind: 'fetch-url', tenantId, payload: { uploadId: id } }) };
    });
    await this.dispatcher.dispatch([token]);
    return row;
  }

  /** What is wrong with the address as it is written; where its name leads is looked at when it is asked. */
  private allowed(text: string): URL {
    const url = new URL(text);
    try {
      this.rules.assertAllowed(url);
    } catch (error) {
      if (error instanceof FetchFailure) throw invalid([{ detail: error.detail, pointer: '#/url' }]);
      throw error;
    }
    // A part of the page, not of the file.
    url.hash = '';
    return url;
  }
}

/** The last part of an address, where it can be a file's name. */
function nameIn({ pathname }: URL): string {
  const last = pathname.split('/').at(-1) ?? '';
  return filename.safeParse(decoded(last)).data ?? 'file';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not all that is written with a % means something.
    return text;
  }
}
