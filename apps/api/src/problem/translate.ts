import { HttpException } from '@nestjs/common';
import { isConflict, isDatabaseUnavailable, isUnstorableText } from '#libs/database/unavailable.js';
import { LeasesUnavailableError } from '#libs/playback/lease-store.js';
import { QueueUnavailableError } from '#libs/queue/dispatcher.js';
import { QuotaExceededError } from '#libs/quotas/quotas.js';
import { StoreUnavailableError } from '#libs/storage/object-store.js';
import { Problem } from './problem.js';

const RETRY = { headers: { 'Retry-After': '5' } };

/** Finds the problem in whatever was thrown; what nobody expected becomes INTERNAL_ERROR. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof QuotaExceededError) return quotaExceeded(error);
  if (error instanceof StoreUnavailableError)
    return new Problem('STORE_UNAVAILABLE', 'The object store does not answer; try again in a few seconds.', {
      ...RETRY,
      cause: error,
    });
  if (error instanceof QueueUnavailableError)
    return new Problem('QUEUE_UNAVAILABLE', 'The queue does not answer; try again in a few seconds.', {
      ...RETRY,
      cause: error,
    });
  if (error instanceof LeasesUnavailableError)
    return new Problem('PLAYBACK_UNAVAILABLE', 'Streams cannot be let in at the moment; try again in a few seconds.', {
      ...RETRY,
      cause: error,
    });
  if (isDatabaseUnavailable(error))
    return new Problem('DATABASE_UNAVAILABLE', 'The database does not answer; try again in a few seconds.', {
      ...RETRY,
      cause: error,
    });
  if (isConflict(error))
    return new Problem('DATABASE_UNAVAILABLE', 'Another request was changing the same; try again.', {
      headers: { 'Retry-After': '1' },
      cause: error,
    });
  // Only what a client sent can hold it; most texts are refused by their schema, which names them.
  if (isUnstorableText(error))
    return new Problem('VALIDATION_FAILED', 'Text must not contain the character NUL.', { cause: error });
  return (
    fromHttp(error) ??
    new Problem('INTERNAL_ERROR', 'Something went wrong on our side; the request id helps to find it.', {
      cause: error,
    })
  );
}

const QUOTA_UNITS = {
  bytes: 'bytes',
  files: 'files',
  monthlyUploads: 'uploads this month',
  transcodeMinutes: 'minutes of transcoding this month',
} as const;

function quotaExceeded({ quota, usage: { used, limit }, wanted }: QuotaExceededError): Problem {
  const unit = QUOTA_UNITS[quota];
  return new Problem('QUOTA_EXCEEDED', `${used} of ${limit} ${unit} are used: there is no room for ${wanted} more.`, {
    members: { quota, used, limit: limit ?? 0 },
  });
}

/** What Fastify and Nest refuse by themselves, before any of our code has seen the request. */
function fromHttp(error: unknown): Problem | null {
  const status = statusOf(error);
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (status === 404)
    return new Problem('ROUTE_NOT_FOUND', 'There is nothing at this address; /docs lists every route.', {
      cause: error,
    });
  if (status === 408) return new Problem('REQUEST_TIMEOUT', 'The request took too long to arrive.', { cause: error });
  if (status === 413)
    return new Problem('BODY_TOO_LARGE', 'A JSON body may have 1 MB at most; files go to the upload URL.', {
      cause: error,
    });
  if (status === 414) return new Problem('URI_TOO_LONG', 'The address is too long.', { cause: error });
  if (status === 415)
    return new Problem(
      'MEDIA_TYPE_NOT_SUPPORTED',
      'Send JSON with Content-Type: application/json; files as multipart/form-data to POST /uploads.',
      { cause: error },
    );
  if (code.startsWith('FST_ERR_') || error instanceof SyntaxError || status === 400)
    return new Problem('MALFORMED_BODY', 'The body is not valid JSON.', { cause: error });
  return null;
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number')
    return error.statusCode;
  return undefined;
}
