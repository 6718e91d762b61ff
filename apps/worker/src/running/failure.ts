import { isConflict, isDatabaseUnavailable } from '#libs/database/unavailable.js';
import { MediaFailure, type MediaFailureCode } from '#libs/media/failure.js';
import { JobTimeoutError } from '#libs/queue/job-runner.js';
import type { JobFailure } from '#libs/queue/leases.js';
import { QuotaExceededError } from '#libs/quotas/quotas.js';
import { RefusedUpload } from '#libs/uploads/refused-upload.js';
import { FetchFailure } from '#libs/url-fetch/fetch-failure.js';
import { ScannerUnavailableError } from '#libs/virus-scan/clamd.js';
import { ObjectNotFoundError, StoreUnavailableError } from '#libs/storage/object-store.js';

/** What no store, database or disk is to blame for is not tried for as long as it takes these to come back. */
const FAULTS_ALLOWED = 5;

const ALLOWED: Partial<Record<MediaFailureCode, number>> = {
  /** A file that takes its decoder down twice does so every time. */
  PROCESSOR_CRASHED: 2,
  PROCESSOR_ERROR: FAULTS_ALLOWED,
  TIMED_OUT: FAULTS_ALLOWED,
};

/** A file that will never be accepted, whatever is tried; thrown by handlers. */
export class RefusedFile extends Error {
  override readonly name = 'RefusedFile';
  constructor(
    readonly code: 'CHECKSUM_MISMATCH' | 'CONTENT_TYPE_MISMATCH' | 'INFECTED' | 'TOO_LARGE_TO_SCAN',
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** Names what went wrong, for the uploader (detail) and the admin (technical), and says whether to try again. */
export function toFailure(error: unknown): JobFailure {
  const technical = error instanceof Error ? error.message : String(error);
  const ours = { permanent: false, maxAttempts: FAULTS_ALLOWED } as const;
  if (error instanceof RefusedFile) return { code: error.code, detail: error.detail, permanent: true };
  if (error instanceof RefusedUpload) return { code: error.code, detail: error.detail, permanent: true };
  if (error instanceof FetchFailure) {
    const { code, detail, permanent, cause } = error;
    return { code, detail, technical: cause instanceof Error ? cause.message : undefined, permanent };
  }
  if (error instanceof MediaFailure) {
    const { code, detail, permanent, diagnostics } = error;
    return {
      code,
      detail,
      permanent,
      ...(diagnostics && { technical: diagnostics }),
      maxAttempts: ALLOWED[code],
    };
  }
  if (error instanceof QuotaExceededError) {
    const { quota, usage, wanted } = error;
    const what = quota === 'transcodeMinutes' ? 'minutes of transcoding this month' : quota;
    const detail = `${usage.used} of ${usage.limit} ${what} are used: there is no room for ${wanted} more.`;
    return { code: 'QUOTA_EXCEEDED', detail, permanent: true };
  }
  if (error instanceof ObjectNotFoundError)
    return { code: 'OBJECT_LOST', detail: 'The file is no longer in the object store.', technical, permanent: true };
  if (error instanceof StoreUnavailableError)
    return { code: 'STORE_UNAVAILABLE', detail: 'The object store did not answer.', technical, permanent: false };
  if (error instanceof ScannerUnavailableError)
    return { code: 'SCANNER_UNAVAILABLE', detail: 'The virus scanner did not answer.', technical, permanent: false };
  if (error instanceof JobTimeoutError)
    return { code: 'TIMED_OUT', detail: 'Processing the file took too long.', technical, ...ours };
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC')
    return { code: 'DISK_FULL', detail: 'The worker has no room for temporary files.', technical, permanent: false };
  if (isDatabaseUnavailable(error) || isConflict(error))
    return { code: 'DATABASE_UNAVAILABLE', detail: 'The database did not answer.', technical, permanent: false };
  return { code: 'INTERNAL_ERROR', detail: 'Something went wrong on our side.', technical, ...ours };
}
