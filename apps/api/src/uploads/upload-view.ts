import type { Upload } from '#libs/database/generated/client.js';
import { partCount } from './parts/part-plan.js';
import type { UploadView } from './upload.schema.js';

/** As clients see it. */
export function toUploadView(upload: Upload): UploadView {
  const { size, partSize } = upload;
  return {
    uploadId: upload.id,
    state: upload.state,
    objectKey: upload.objectKey,
    filename: upload.filename,
    contentType: upload.contentType,
    fileSize: Number(upload.size),
    sha256Hash: upload.sha256,
    parts: partSize === null ? null : { size: partSize, count: partCount({ size, partSize }) },
    rejectionCode: upload.rejectionCode,
    rejectionReason: upload.rejectionReason,
    assetId: upload.state === 'COMPLETED' ? (upload.becameAssetId ?? upload.assetId) : null,
    createdAt: upload.createdAt.toISOString(),
    expiresAt: upload.expiresAt.toISOString(),
    completedAt: upload.completedAt?.toISOString() ?? null,
  };
}
