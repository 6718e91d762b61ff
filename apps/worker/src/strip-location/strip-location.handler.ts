import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { removeObjects } from '#libs/blobs/remove-objects.js';
import { Database, type Transaction } from '#libs/database/database.js';
import type { Asset } from '#libs/database/generated/client.js';
import { MediaSandbox } from '#libs/media/sandbox/media-sandbox.js';
import { enqueue, type JobToken } from '#libs/queue/enqueue.js';
import { jobKinds } from '#libs/queue/job-kinds.js';
import type { Commit, JobHandler } from '#libs/queue/job-runner.js';
import { LeaseLostError, type LeasedJob } from '#libs/queue/leases.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { putChangedOriginal, replaceOriginal, type ChangedOriginal } from '../process-asset/changed-original.js';
import { fetchOriginal, isCurrentOriginal } from '../process-asset/fetch-original.js';
import { TempFolders } from '../running/temp-folders.js';

/** Milliseconds until it is looked again whether others still read the original: an encoder does for hours. */
const AGAIN_MS = 30_000;

/** Takes out of an original where it was taken: the bytes without it take its place. */
@Injectable()
export class StripLocationHandler implements JobHandler {
  constructor(
    private readonly database: Database,
    private readonly sandbox: MediaSandbox,
    private readonly temp: TempFolders,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  async run(job: LeasedJob, signal: AbortSignal): Promise<Commit> {
    const { tenantId, assetId } = job;
    if (assetId === null) throw new Error('a strip-location job names no asset');
    const asset = await this.database.client.asset.findFirst({ where: { id: assetId, tenantId } });
    if (!asset) throw new LeaseLostError('the asset has been deleted');
    if (await this.database.transaction((tx) => isRead(tx, asset, job))) return (tx) => again(tx, asset);
    return this.temp.use(async (folder) => {
      const input = path.join(folder, 'original');
      const { objectKey, size, mimeType: mime } = asset;
      const isCurrent = isCurrentOriginal(this.database, asset, objectKey);
      await fetchOriginal(this.store, { objectKey, size, declaredSha256: null }, input, signal, isCurrent);
      const timeoutMs = jobKinds['strip-location'].timeoutSeconds * 1000;
      const { inputChanged } = await this.sandbox.run({ input, mime, onlyLocation: true }, { signal, timeoutMs });
      const changed = inputChanged ? await putChangedOriginal(this.store, asset, input, signal) : null;
      return (tx) => save(tx, job, asset, changed);
    });
  }
}

async function save(
  tx: Transaction,
  job: LeasedJob,
  asset: Asset,
  changed: ChangedOriginal | null,
): Promise<JobToken[]> {
  const { id, tenantId } = asset;
  const [now] = await tx.$queryRaw<{ objectKey: string }[]>`
    SELECT object_key AS "objectKey" FROM assets
    WHERE id = ${id}::uuid AND tenant_id = ${tenantId}::uuid FOR NO KEY UPDATE`;
  if (!now) throw new LeaseLostError('the asset has been deleted');
  // Other content has come since, or somebody has begun to read this.
  if (now.objectKey !== asset.objectKey || (changed && (await isRead(tx, asset, job))))
    return [
      ...(await again(tx, asset)),
      ...(changed ? await removeObjects(tx, { tenantId, originals: [changed.objectKey] }, { leaseSeconds: 0 }) : []),
    ];
  return changed ? replaceOriginal(tx, asset, changed) : [];
}

/** Whether another job of the asset is under way: it has the original's key, which goes when it is replaced. */
async function isRead(tx: Transaction, { id: assetId, tenantId }: Asset, { id }: LeasedJob): Promise<boolean> {
  const where = { assetId, tenantId, state: 'ACTIVE', id: { not: id }, kind: { not: 'strip-location' } } as const;
  return (await tx.job.findFirst({ where, select: { id: true } })) !== null;
}

const again = async (tx: Transaction, { id: assetId, tenantId }: Asset): Promise<JobToken[]> => [
  await enqueue(tx, {
    kind: 'strip-location',
    tenantId,
    assetId,
    payload: {},
    runAt: new Date(Date.now() + AGAIN_MS),
  }),
];
