import { v7 as uuidv7 } from 'uuid';
import { removeObjects } from '#libs/blobs/remove-objects.js';
import type { Transaction } from '#libs/database/database.js';
import type { Asset, Prisma } from '#libs/database/generated/client.js';
import { recordEvent } from '#libs/events/record.js';
import { publishThoseOf } from '#libs/feed/publish.js';
import { withoutPlace } from '#libs/media/location/without-place.js';
import type { Output, ProcessResult } from '#libs/media/process.js';
import { LeaseLostError } from '#libs/queue/leases.js';
import { enqueue, type JobToken } from '#libs/queue/enqueue.js';
import { isStream } from '../transcode-video/save-streams.js';
import { removeVersionsBefore } from './remove-versions.js';
import { replaceOriginal, type ChangedOriginal } from './changed-original.js';
import { lockServedVersion } from '#libs/giving-up/served-version.js';
import { takePlace } from './take-place.js';

export type StoredOutput = Output & { objectKey: string };

export interface StoredResult {
  /** Of the processing. */
  version: number;
  /** Version of the asset's content that was processed. */
  content: number;
  sha256: string | null;
  /** The original that takes the place of the one that was processed. */
  changed?: ChangedOriginal | null;
  outputs: readonly StoredOutput[];
  facts: ProcessResult['facts'];
  warnings: ProcessResult['warnings'];
}

/**
 * Makes the asset READY with all that was made of it, in the transaction that completes the job. Content that had
 * waited for this takes the place of what was served. What older versions made, and the bytes that nobody is of any
 * longer, are removed when no URL to them is good any longer.
 *
 * @param asset as it was when the processing began, with the content that was processed
 * @param urlSeconds how long a URL that was signed a moment ago is good
 * @throws LeaseLostError when the asset has been deleted
 */
export async function saveResult(
  tx: Transaction,
  asset: Asset,
  result: StoredResult,
  urlSeconds: number,
): Promise<JobToken[]> {
  const served = await lockServedVersion(tx, asset.id);
  if (served === null) throw new LeaseLostError('the asset has been deleted');
  const runAt = new Date(Date.now() + urlSeconds * 1000);
  const { version: content } = await tx.asset.findUniqueOrThrow({ where: { id: asset.id }, select: { version: true } });
  const replaced = await takePlace(tx, asset, result.content);
  // Other content is served, or waits, by now: nothing of this is wanted.
  if (replaced === null) return [];
  // A job that failed was tried again after a later one had succeeded: what that one made stays.
  if (served > result.version) return [await removeVersionsBefore(tx, asset, served, runAt)];
  await makeReady(tx, asset, result);
  // Of the same content, what can be watched stays until there is something in its place.
  const keepsStreams = content === result.content && isPlayable(result.facts);
  const kept = await replaceRenditions(tx, asset.id, result.outputs, keepsStreams);
  const streams = await beginStreams(tx, asset, result);
  // Before the owner is told: whoever follows somebody has the locks in this order.
  const shown = await publishThoseOf(tx, asset.id);
  const payload = { warnings: result.warnings.length };
  await recordEvent(tx, { type: 'asset.ready', tenantId: asset.tenantId, subjectId: asset.id, payload });
  // With the streams of an older version, all that it made stays until the new ones are there.
  const leavesSomething = result.version > 1 && (served > 0 || result.outputs.length > 0) && kept === 0;
  return [
    ...streams,
    ...shown,
    ...(leavesSomething ? [await removeVersionsBefore(tx, asset, result.version, runAt)] : []),
    ...(result.changed ? await replaceOriginal(tx, asset, result.changed) : []),
    ...(await removeObjects(tx, { tenantId: asset.tenantId, originals: replaced }, { leaseSeconds: 0, from: runAt })),
  ];
}

async function makeReady(tx: Transaction, asset: Asset, result: StoredResult): Promise<void> {
  const where = { id: asset.id };
  // Somebody may have taken its location away since this began.
  const { withoutLocation } = await tx.asset.findUniqueOrThrow({ where, select: { withoutLocation: true } });
  const { width, height, thumbhash, ...metadata } = withoutLocation ? withoutPlace(result.facts) : result.facts;
  await tx.asset.update({
    where,
    data: {
      status: 'READY',
      readyAt: asset.readyAt ?? new Date(),
      failureCode: null,
      failureReason: null,
      sha256: result.sha256,
      width: width ?? null,
      height: height ?? null,
      thumbhash: thumbhash ?? null,
      metadata: toJson(metadata),
      warnings: toJson(result.warnings),
    },
    select: { id: true },
  });
}

/** Returns how many streams of an older version were kept. */
async function replaceRenditions(
  tx: Transaction,
  assetId: string,
  outputs: readonly StoredOutput[],
  keepsStreams: boolean,
): Promise<number> {
  await tx.rendition.deleteMany({ where: { assetId, ...(keepsStreams && { NOT: isStream }) } });
  // Made of what was shown before; those of this version are made when they are asked for.
  await tx.variant.deleteMany({ where: { assetId } });
  await tx.rendition.createMany({
    data: outputs.map(({ kind, objectKey, mime, size, width, height }) => ({
      id: uuidv7(),
      assetId,
      kind,
      objectKey,
      mimeType: mime,
      size: BigInt(size),
      width,
      height,
    })),
  });
  return tx.rendition.count({ where: { assetId, kind: { notIn: outputs.map(({ kind }) => kind) } } });
}

/** What can be watched or heard is made into streams, by a job that may take hours. */
async function beginStreams(tx: Transaction, asset: Asset, { version, facts }: StoredResult): Promise<JobToken[]> {
  const { id: assetId, tenantId } = asset;
  await tx.transcode.deleteMany({ where: { assetId } });
  if (!isPlayable(facts)) return [];
  await tx.transcode.create({ data: { assetId, version }, select: { assetId: true } });
  // Streams of what is made anew for its own sake wait for those that somebody waits for, as the processing did.
  const processing = { tenantId, assetId, kind: 'process-asset', state: 'ACTIVE' } as const;
  const job = await tx.job.findFirst({ where: processing, select: { tier: true } });
  const tier = job?.tier === 1 ? 'bulk' : 'interactive';
  return [await enqueue(tx, { kind: 'transcode-video', tenantId, assetId, payload: { version }, tier })];
}

const isPlayable = ({ hasAudio, videoCodec }: StoredResult['facts']): boolean =>
  hasAudio === true || (videoCodec !== undefined && videoCodec !== 'unknown');

/** Prisma's JSON type wants index signatures that our interfaces do not have. */
const toJson = (value: object): Prisma.InputJsonValue => JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;
