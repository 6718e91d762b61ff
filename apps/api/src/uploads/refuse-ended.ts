import type { Upload } from '#libs/database/generated/client.js';
import { Problem } from '../problem/problem.js';

/**
 * The database's clock alone says when an upload expires: housekeeping makes it EXPIRED.
 * @throws Problem UPLOAD_EXPIRED, or what the upload was refused for
 */
export function refuseEnded({ state, rejectionCode, expiresAt }: Upload): void {
  if (state === 'REJECTED')
    throw new Problem(rejection(rejectionCode), 'This upload was refused before; presign a new one.');
  if (state === 'CANCELLED') throw new Problem('UPLOAD_EXPIRED', 'This upload was cancelled; presign a new one.');
  if (state === 'EXPIRED')
    throw new Problem('UPLOAD_EXPIRED', `This upload expired at ${expiresAt.toISOString()}; presign a new one.`);
}

const REJECTIONS = ['CONTENT_TYPE_MISMATCH', 'SIZE_MISMATCH', 'CHECKSUM_MISMATCH'] as const;

const rejection = (code: string | null): (typeof REJECTIONS)[number] =>
  REJECTIONS.find((known) => known === code) ?? 'CONTENT_TYPE_MISMATCH';
