import { releaseBlobs, takeBlob } from '#libs/blobs/blobs.js';
import { removeObjects } from '#libs/blobs/remove-objects.js';
import type { Transaction } from '#libs/database/database.js';
import type { Prisma, Upload } from '#libs/database/generated/client.js';
import { recordEvent } from '#libs/events/record.js';
import type { Kind } from '#libs/media/kinds.js';
import { enqueue, type JobToken } from '#libs/queue/enqueue.js';
import { lockNamesake, type Namesake } from './namesake.js';

/** What was found out about the bytes. */
export interface Content {
  mimeType: string;
  kind: Kind;
  /** Hex; null where the store does not know it and the worker has yet to read the bytes. */
  sha256: string | null;
  /** Bytes. */
  size: bigint;
}

export interface AcceptOptions {
  /** How long a cancelled run may go on. */
  leaseSeconds: number;
  /** Whether bytes that the tenant has already are kept once. */
  deduplicate: boolean;
}

export interface Accepted {
  assetId: string;
  /** Of the asset's content that these bytes are. */
  version: number;
  /** Dispatch them after the commit. */
  tokens: JobToken[];
}

/**
 * Makes an upload whose bytes are good an asset, or a new version of the file of its name at its resource, with the job
 * that processes it. Null when somebody else has done so, has ended the upload, or its account is gone: of all who ask
 * at once, one finds it open.
 */
export async function acceptUpload(
  tx: Transaction,
  upload: Upload,
  content: Content,
  { leaseSeconds, deduplicate }: AcceptOptions,
): Promise<Accepted | null> {
  if (!(await lockOwner(tx, upload))) return null;
  const { count } = await tx.upload.updateMany({
    where: { id: upload.id, tenantId: upload.tenantId, state: upload.state },
    data: { state: 'COMPLETED', completedAt: new Date(), size: content.size },
  });
  if (count === 0) return null;
  const namesake = await lockNamesake(tx, upload);
  const { tenantId, objectKey: arrivedAt } = upload;
  const sha256 = deduplicate ? content.sha256 : null;
  const objectKey = await takeBlob(tx, { tenantId, objectKey: arrivedAt, sha256, size: content.size });
  const made = namesake
    ? await replace(tx, namesake, upload, content, objectKey)
    : await create(tx, upload, content, objectKey);
  const { assetId, version } = made;
  await tx.upload.update({
    where: { id: upload.id, tenantId },
    data: { becameAssetId: assetId, becameVersion: version },
    select: { id: true },
  });
  const originals = [...made.dropped, ...(objectKey === upload.objectKey ? [] : [upload.objectKey])];
  const payload = made.payload;
  const tokens = [await enqueue(tx, { kind: 'process-asset', tenantId: upload.tenantId, assetId, payload })];
  tokens.push(...(await removeObjects(tx, { tenantId: upload.tenantId, originals }, { leaseSeconds })));
  return { assetId, version, tokens };
}

/** False when the account is gone: what it has left has been erased. One that is about to go is waited for. */
async function lockOwner(tx: Transaction, { ownerId, tenantId }: Upload): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`
    SELECT 1 FROM users WHERE id = ${ownerId}::uuid AND tenant_id = ${tenantId}::uuid FOR KEY SHARE`;
  return rows.length > 0;
}

interface Made {
  assetId: string;
  version: number;
  payload: { version: number; content?: number };
  /** Keys of bytes that nobody is of any longer. */
  dropped: string[];
}

async function create(tx: Transaction, upload: Upload, content: Content, objectKey: string): Promise<Made> {
  const { assetId, tenantId, filename } = upload;
  await tx.asset.create({
    data: {
      id: assetId,
      tenantId,
      ownerId: upload.ownerId,
      objectKey,
      filename,
      ...content,
      resource: upload.resource,
      resourceId: upload.resourceId,
      title: upload.title,
      description: upload.description,
      labels: upload.labels as Prisma.InputJsonObject,
      visibility: upload.visibility,
      expiresAt: upload.assetExpiresAt,
    },
    select: { id: true },
  });
  const payload = { uploadId: upload.id, filename, mimeType: content.mimeType, size: content.size.toString() };
  await recordEvent(tx, { type: 'asset.created', tenantId, subjectId: assetId, payload });
  return { assetId, version: 1, payload: { version: 1 }, dropped: [] };
}

/** The newest upload wins: one that still waits to be READY gives way. What was said of it anew counts at once. */
async function replace(
  tx: Transaction,
  namesake: Namesake,
  upload: Upload,
  content: Content,
  objectKey: string,
): Promise<Made> {
  const { id: assetId, replacement } = namesake;
  const version = (replacement?.version ?? namesake.version) + 1;
  const data = { version, objectKey, ...content };
  await tx.replacement.upsert({ where: { assetId }, create: { assetId, ...data }, update: data });
  await tx.asset.update({
    where: { id: assetId, tenantId: upload.tenantId },
    data: {
      ...(upload.title !== null && { title: upload.title }),
      ...(upload.description !== null && { description: upload.description }),
      ...(Object.keys(upload.labels as object).length > 0 && { labels: upload.labels as Prisma.InputJsonObject }),
      ...(upload.assetExpiresAt !== null && { expiresAt: upload.assetExpiresAt }),
      ...(namesake.status === 'FAILED' && { status: 'PENDING', failureCode: null, failureReason: null }),
      revision: { increment: 1 },
    },
    select: { id: true },
  });
  const payload = { uploadId: upload.id, version };
  await recordEvent(tx, { type: 'asset.replaced', tenantId: upload.tenantId, subjectId: assetId, payload });
  const dropped = await releaseBlobs(tx, replacement ? [replacement.objectKey] : []);
  return { assetId, version, payload: { version: namesake.nextProcessing, content: version }, dropped };
}
