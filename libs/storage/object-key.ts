const SEGMENT = /^[A-Za-z0-9._-]{1,200}$/;
/** S3's own limit (UTF-8 bytes; keys are ASCII here). */
const LONGEST = 1024;

/** Permanent: the key is not one that the server makes. */
export class InvalidObjectKeyError extends Error {
  override readonly name = 'InvalidObjectKeyError';
}

/**
 * Lets a key through that is segments of [A-Za-z0-9._-] joined by single slashes. `.` and `..` are refused as segments
 * because file systems, proxies and browsers resolve them.
 * @throws InvalidObjectKeyError
 */
export function assertObjectKey(key: string): void {
  const fits =
    key.length <= LONGEST &&
    key.split('/').every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..');
  if (!fits) throw new InvalidObjectKeyError(`${JSON.stringify(key.slice(0, 100))} is not an object key`);
}
