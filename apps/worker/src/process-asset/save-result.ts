import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '#libs/database/database.js';
import type { Asset, Prisma } from '#libs/database/generated/client.js';
import { recordEvent } from '#libs/events/record.js';
import type { Output, ProcessResult } from '#libs/media/process.js';
import { LeaseLostError } from '#libs/queue/leases.js';
import type { JobToken } from '#libs/queue/enqueue.js';

export type StoredOutput = Output & { objectKey: string };

export interface StoredResult {
  sha256: string | null;
  outputs: readonly StoredOutput[];
  facts: ProcessResult['facts'];
  warnings: ProcessResult['warnings'];
}

/** Makes the asset READY with all that was made of it, in the transaction that completes the job. */
export async function saveResult(tx: Transaction, asset: Asset, result: StoredResult): Promise<JobToken[]> {
  const { width, height, thumbhash, ...metadata } = result.facts;
  const { count } = await tx.asset.updateMany({
    where: { id: asset.id },
    data: {
      status: 'READY',
      readyAt: new Date(),
      failureCode: null,
      failureReason: null,
      sha256: result.sha256,
      width: width ?? null,
      height: height ?? null,
      thumbhash: thumbhash ?? null,
      metadata: toJson(metadata),
      warnings: toJson(result.warnings),
    },
  });
  if (count === 0) throw new LeaseLostError('the asset has been deleted');
  await tx.rendition.deleteMany({ where: { assetId: asset.id } });
  await tx.rendition.createMany({
    data: result.outputs.map(({ kind, objectKey, mime, size, width: w, height: h }) => ({
      id: uuidv7(),
      assetId: asset.id,
      kind,
      objectKey,
      mimeType: mime,
      size: BigInt(size),
      width: w,
      height: h,
    })),
  });
  const payload = { warnings: result.warnings.length };
  await recordEvent(tx, { type: 'asset.ready', tenantId: asset.tenantId, subjectId: asset.id, payload });
  return [];
}

/** Prisma's JSON type wants index signatures that our interfaces do not have. */
const toJson = (value: object): Prisma.InputJsonValue => JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;
