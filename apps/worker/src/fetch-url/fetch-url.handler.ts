import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { Upload } from '#libs/database/generated/client.js';
import { isKnown } from '#libs/media/kinds.js';
import { jobPayloads } from '#libs/queue/job-payloads.js';
import type { Commit, JobHandler } from '#libs/queue/job-runner.js';
import type { LeasedJob } from '#libs/queue/leases.js';
import { Quotas } from '#libs/quotas/quotas.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { acceptUpload } from '#libs/uploads/accept-upload.js';
import { FETCHED_WITHIN_MS, GrowingRoom, UploadEndedError } from '#libs/uploads/growing-room.js';
import { RefusedUpload, tooLarge } from '#libs/uploads/refused-upload.js';
import { openIncoming, takeIn, type TakenIn } from '#libs/uploads/take-in.js';
import { FetchFailure } from '#libs/url-fetch/fetch-failure.js';
import { fetchUrl } from '#libs/url-fetch/fetch-url.js';
import { UrlRules } from '#libs/url-fetch/url-rules.js';

/** Nobody waits for the file any longer: who ended the upload has seen to what has arrived of it. */
const nothing: Commit = () => Promise.resolve([]);

/** Brings a file from an address into the store as it comes, and makes its asset. */
@Injectable()
export class FetchUrlHandler implements JobHandler {
  private readonly rules: UrlRules;

  constructor(
    private readonly database: Database,
    private readonly quotas: Quotas,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    const { URL_FETCH_PORTS: ports, URL_FETCH_ALLOW_PRIVATE: allowPrivate } = settings;
    this.rules = new UrlRules({ ports, allowPrivate });
  }

  async run(job: LeasedJob, signal: AbortSignal): Promise<Commit> {
    const { uploadId: id } = jobPayloads['fetch-url'].parse(job.payload);
    const where = { id, tenantId: job.tenantId, state: 'WAITING' } as const;
    const upload = await this.database.client.upload.findFirst({ where });
    if (!upload?.sourceUrl) return nothing;
    const taken = await this.fetch(upload, new URL(upload.sourceUrl), signal).catch((error: unknown) => {
      if (error instanceof UploadEndedError) return null;
      throw error;
    });
    if (!taken) return nothing;
    if (upload.sha256 !== null && upload.sha256 !== taken.sha256)
      throw new RefusedUpload(
        'CHECKSUM_MISMATCH',
        `The file's SHA-256 is ${taken.sha256}; ${upload.sha256} was declared.`,
      );
    const { JOB_LEASE_SECONDS: leaseSeconds, UPLOAD_DEDUPLICATE: deduplicate } = this.settings;
    return async (tx) => {
      const data = { contentType: taken.mimeType, sha256: taken.sha256, sourceUrl: null };
      await tx.upload.updateMany({ where, data });
      const row = { ...upload, ...data };
      const accepted = await acceptUpload(tx, row, taken, { leaseSeconds, deduplicate });
      return accepted?.tokens ?? [];
    };
  }

  private async fetch(upload: Upload, url: URL, ended: AbortSignal): Promise<TakenIn> {
    const {
      UPLOAD_MAX_BYTES: maxBytes,
      UPLOAD_ACCEPTED_TYPES: acceptedTypes,
      URL_FETCH_TIMEOUT_SECONDS,
    } = this.settings;
    const late = AbortSignal.timeout(URL_FETCH_TIMEOUT_SECONDS * 1000);
    const signal = AbortSignal.any([ended, late]);
    const room = new GrowingRoom(this.database, this.quotas, upload, FETCHED_WITHIN_MS);
    try {
      const { contentType, length, body } = await fetchUrl(url, this.rules, signal);
      if (length !== null && length > maxBytes) throw tooLarge(maxBytes);
      // What servers say of files that they only keep is worth little: what nobody knows is not said.
      const said = contentType !== null && isKnown(contentType) ? contentType : null;
      const opened = await openIncoming(body, { filename: upload.filename, contentType: said }, acceptedTypes);
      const hold = (bytes: number) => room.hold(bytes);
      return await takeIn(this.store, opened, { key: upload.objectKey, maxBytes, hold, signal });
    } catch (error) {
      if (late.aborted && !ended.aborted)
        throw new FetchFailure(
          'URL_TOO_SLOW',
          `The file did not arrive within ${URL_FETCH_TIMEOUT_SECONDS} seconds.`,
          true,
        );
      throw error;
    }
  }
}
