import path from 'node:path';
import { createReadStream } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database, type Transaction } from '#libs/database/database.js';
import type { Asset } from '#libs/database/generated/client.js';
import { failpoint } from '#libs/lifecycle/failpoint.js';
import { processorOf } from '#libs/media/kinds.js';
import type { ProcessResult } from '#libs/media/process.js';
import { MediaSandbox } from '#libs/media/sandbox/media-sandbox.js';
import type { Commit, JobHandler } from '#libs/queue/job-runner.js';
import { LeaseLostError, type JobFailure, type LeasedJob } from '#libs/queue/leases.js';
import { renditionKey } from '#libs/storage/keys.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { CAPABILITIES, type Capabilities } from '../running/capabilities.js';
import { TempFolders } from '../running/temp-folders.js';
import { fetchOriginal } from './fetch-original.js';
import { giveUp } from './give-up.js';
import { saveResult, type StoredOutput, type StoredResult } from './save-result.js';

const payloadSchema = z.object({ version: z.int().positive() });

/** Brings the original here, makes everything of it in one decode, and stores what was made. */
@Injectable()
export class ProcessAssetHandler implements JobHandler {
  constructor(
    private readonly database: Database,
    private readonly sandbox: MediaSandbox,
    private readonly temp: TempFolders,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CAPABILITIES) private readonly capabilities: Capabilities,
  ) {}

  async run(job: LeasedJob, signal: AbortSignal): Promise<Commit> {
    const { version } = payloadSchema.parse(job.payload);
    const asset = await this.begin(job);
    if (processorOf(asset.mimeType) === null)
      return this.committing(asset, { version, sha256: asset.sha256, outputs: [], facts: {}, warnings: [] });
    return this.temp.use(async (folder) => {
      const input = path.join(folder, 'original');
      const original = { objectKey: asset.objectKey, size: asset.size, declaredSha256: await this.declaredHash(asset) };
      const sha256 = await fetchOriginal(this.store, original, input, signal);
      failpoint('job:fetched');
      const result = await this.process(input, asset.mimeType, folder, signal);
      failpoint('job:processed');
      const outputs = await this.putOutputs(asset, version, result, signal);
      failpoint('job:stored');
      return this.committing(asset, { version, sha256, outputs, facts: result.facts, warnings: result.warnings });
    });
  }

  async giveUp(tx: Transaction, job: LeasedJob, failure: JobFailure): Promise<void> {
    // The payload itself may be what is wrong.
    const version = payloadSchema.safeParse(job.payload).data?.version ?? 1;
    await giveUp(tx, job, version, failure);
  }

  private committing(asset: Asset, result: StoredResult): Commit {
    return (tx) => saveResult(tx, asset, result, this.settings.DOWNLOAD_URL_TTL_SECONDS);
  }

  /** An asset that is READY stays so while it is processed anew. */
  private async begin(job: LeasedJob): Promise<Asset> {
    if (job.assetId === null) throw new Error('a process-asset job names no asset');
    const where = { id: job.assetId, tenantId: job.tenantId };
    await this.database.client.asset.updateMany({
      where: { ...where, status: 'PENDING' },
      data: { status: 'PROCESSING' },
    });
    const asset = await this.database.client.asset.findFirst({ where });
    if (!asset) throw new LeaseLostError('the asset has been deleted');
    return asset;
  }

  private async declaredHash(asset: Asset): Promise<string | null> {
    const where = { assetId: asset.id };
    const upload = await this.database.client.upload.findUnique({ where, select: { sha256: true } });
    return upload?.sha256 ?? null;
  }

  private process(input: string, mime: string, outputDir: string, signal: AbortSignal): Promise<ProcessResult> {
    const { IMAGE_MAX_PIXELS: maxPixels, THUMBNAIL_EDGE: thumbnailEdge, PREVIEW_EDGE: previewEdge } = this.settings;
    const timeoutMs = this.settings.PROCESS_ASSET_TIMEOUT_SECONDS * 1000;
    return this.sandbox.run(
      { input, mime, outputDir, limits: { maxPixels }, thumbnailEdge, previewEdge, tools: this.capabilities.tools },
      { signal, timeoutMs },
    );
  }

  private async putOutputs(
    asset: Asset,
    version: number,
    result: ProcessResult,
    signal: AbortSignal,
  ): Promise<StoredOutput[]> {
    return Promise.all(
      result.outputs.map(async (output) => {
        const objectKey = renditionKey(asset.tenantId, asset.id, version, `${output.kind}${path.extname(output.path)}`);
        const options = { contentType: output.mime, size: output.size, signal };
        await this.store.write(objectKey, createReadStream(output.path), options);
        return { ...output, objectKey };
      }),
    );
  }
}
