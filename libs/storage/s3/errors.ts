import { isNativeError } from 'node:util/types';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { systemCode } from '../disk/disk-errors.js';
import { StoreUnavailableError } from '../object-store.js';

/** What S3 says to those it asks to come back later, and how clients name a wait that was too long. */
const LATER = new Set(['SlowDown', 'ServiceUnavailable', 'InternalError', 'RequestTimeout', 'RequestTimeTooSkewed']);

const status = (error: S3ServiceException): number => error.$metadata.httpStatusCode ?? 0;

/** What S3 called it; an answer without a body, as to a HEAD, has only its status. */
export const s3Code = (error: S3ServiceException): string =>
  error.name.startsWith('Unknown') ? String(status(error)) : error.name;

/** Whether S3 said that the object is not there. A bucket that is not there is another matter. */
export const isNoSuchObject = (error: unknown): boolean =>
  error instanceof S3ServiceException && (error.name === 'NoSuchKey' || error.name === 'NotFound');

/** Whether S3 said that the object is shorter than where the range begins. */
export const isInvalidRange = (error: unknown): boolean =>
  error instanceof S3ServiceException && (error.name === 'InvalidRange' || status(error) === 416);

/**
 * Sorts a failed call: StoreUnavailableError, the cause kept, for what may go through later (network, timeouts, 5xx,
 * 429, and credentials or a bucket that somebody has yet to put right); anything else comes back as it was.
 */
export function toStoreError(what: string, error: unknown): unknown {
  if (!isNativeError(error) || error.name === 'AbortError' || error instanceof StoreUnavailableError) return error;
  const unavailable = (why: string) => new StoreUnavailableError(`${what}: ${why}`, { cause: error });
  if (error instanceof S3ServiceException) {
    if (status(error) >= 500 || status(error) === 429 || LATER.has(error.name)) return unavailable(s3Code(error));
    if (status(error) === 401 || status(error) === 403)
      return unavailable(`our credentials are refused (${s3Code(error)})`);
    if (error.name === 'NoSuchBucket') return unavailable('the bucket does not exist (NoSuchBucket)');
    return error;
  }
  return isUnanswered(error) ? unavailable(systemCode(error) ?? error.message) : error;
}

/** The SDK puts its metadata on whatever a call fails with; without an answer there is no status in it. */
function isUnanswered(error: Error): boolean {
  if (error.name === 'TimeoutError' || error.name === 'CredentialsProviderError') return true;
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  return typeof metadata === 'object' && metadata !== null && !('httpStatusCode' in metadata);
}

/** Sorts what ends a body in the middle: an abort is the caller's wish, all else is the connection's failure. */
export function toBodyError(what: string, error: unknown): unknown {
  if (!isNativeError(error) || error.name === 'AbortError') return error;
  return new StoreUnavailableError(`${what}: ${systemCode(error) ?? error.message}`, { cause: error });
}

/** Runs calls to S3 and sorts their failures with toStoreError. */
export async function onS3<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStoreError(what, error);
  }
}
