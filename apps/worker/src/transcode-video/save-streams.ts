import { v7 as uuidv7 } from 'uuid';
import type { Database, Transaction } from '#libs/database/database.js';
import type { Prisma } from '#libs/database/generated/client.js';
import { recordEvent } from '#libs/events/record.js';
import { LeaseLostError, type LeasedJob } from '#libs/queue/leases.js';
import { versionOf } from '#libs/storage/keys.js';

/** A file of the streams, as its row says it. */
export interface StreamFile {
  kind: string;
  objectKey: string;
  mimeType: string;
  /** Bytes. */
  size: number;
  width?: number | null;
  height?: number | null;
  bandwidth?: number | null;
  averageBandwidth?: number | null;
  codecs?: string | null;
  frameRate?: number | null;
}

export interface TranscodeJob {
  job: LeasedJob;
  assetId: string;
  version: number;
}

/** Runs only while the job's lease is held and the asset still shows this version. @throws LeaseLostError */
async function guarded(tx: Transaction, { job, assetId, version }: TranscodeJob): Promise<void> {
  const held = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM jobs WHERE id = ${job.id}::uuid AND lease_token = ${job.leaseToken}::uuid FOR SHARE`;
  if (held.length === 0) throw new LeaseLostError('the transcode was taken from this worker');
  const mine = await tx.transcode.findFirst({ where: { assetId, version }, select: { assetId: true } });
  if (!mine) throw new LeaseLostError('the asset is gone, or was processed anew');
}

/** Lets people watch what is whole: its row appears, and an event says so. @throws LeaseLostError */
export async function saveStream(database: Database, of: TranscodeJob, file: StreamFile): Promise<void> {
  await database.transaction(async (tx) => {
    await guarded(tx, of);
    const { kind, size, ...rest } = file;
    const data = { ...rest, size: BigInt(size) };
    const where = { assetId_kind: { assetId: of.assetId, kind } };
    await tx.rendition.upsert({
      where,
      update: data,
      create: { id: uuidv7(), assetId: of.assetId, kind, ...data },
      select: { id: true },
    });
    const about = { tenantId: of.job.tenantId, subjectId: of.assetId, payload: { kind } };
    await recordEvent(tx, { type: 'asset.rendition-ready', ...about });
  });
}

export interface TranscodeProgress {
  /** 0 to 100. */
  percent: number;
  speed: number | null;
  remainingSeconds: number | null;
  currentRendition: string | null;
}

/** Writes how far it is, as long as the lease is held: what was cancelled stays so. */
export async function saveProgress(database: Database, of: TranscodeJob, progress: TranscodeProgress): Promise<void> {
  const { percent, speed, remainingSeconds, currentRendition } = progress;
  await database.query(
    'save-transcode-progress',
    `UPDATE transcodes SET status = 'PROCESSING', percent = $3, speed = $4, remaining_seconds = $5,
       current_rendition = $6, failure_code = NULL, failure_reason = NULL, updated_at = now()
     WHERE asset_id = $1 AND version = $2 AND EXISTS (SELECT FROM jobs WHERE id = $7 AND lease_token = $8)`,
    [of.assetId, of.version, percent, speed, remainingSeconds, currentRendition, of.job.id, of.job.leaseToken],
  );
}

const NO_FAILURE = { failureCode: null, failureReason: null };

/** In the transaction that completes the job. @throws LeaseLostError */
export async function saveEnd(
  tx: Transaction,
  { job, assetId, version }: TranscodeJob,
  streams: number,
): Promise<void> {
  const { count } = await tx.transcode.updateMany({
    where: { assetId, version },
    data: { status: 'READY', percent: 100, remainingSeconds: 0, currentRendition: null, ...NO_FAILURE },
  });
  if (count === 0) throw new LeaseLostError('the asset is gone, or was processed anew');
  const about = { tenantId: job.tenantId, subjectId: assetId, payload: { streams } };
  await recordEvent(tx, { type: 'asset.streams-ready', ...about });
}

/** What this version has not made anew can be watched no longer. */
export async function removeOldStreams(tx: Transaction, { assetId, version }: TranscodeJob): Promise<void> {
  const rows = await tx.rendition.findMany({ where: { assetId, ...isStream } });
  const old = rows.filter(({ objectKey }) => versionOf(objectKey) < version).map(({ id }) => id);
  await tx.rendition.deleteMany({ where: { id: { in: old } } });
}

/** Of renditions: made by this kind of job, not with the thumbnail. */
export const isStream = {
  OR: [
    { kind: { startsWith: 'hls-' } },
    { kind: { in: ['mp4', 'storyboard', 'storyboard-track', 'animated-preview'] } },
  ],
} satisfies Prisma.RenditionWhereInput;
