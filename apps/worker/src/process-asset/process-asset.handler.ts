import path from 'node:path';
import { createReadStream } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { Asset, Prisma } from '#libs/database/generated/client.js';
import { failpoint } from '#libs/lifecycle/failpoint.js';
import { LiveCluster } from '#libs/live/live-cluster.js';
import { processorOf } from '#libs/media/kinds.js';
import { patienceWith } from '#libs/media/patience.js';
import type { ProcessResult } from '#libs/media/process.js';
import { MediaSandbox } from '#libs/media/sandbox/media-sandbox.js';
import { jobPayloads } from '#libs/queue/job-payloads.js';
import type { Commit, JobHandler } from '#libs/queue/job-runner.js';
import { LeaseLostError, type LeasedJob } from '#libs/queue/leases.js';
import { renditionKey } from '#libs/storage/keys.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { CAPABILITIES, type Capabilities } from '../running/capabilities.js';
import { TempFolders } from '../running/temp-folders.js';
import { VirusScanner } from '../running/virus-scanner.js';
import { fetchOriginal, isCurrentOriginal } from './fetch-original.js';
import { putChangedOriginal } from './changed-original.js';
import { refuseOtherContent } from './refuse-other-content.js';
import { saveResult, type StoredOutput, type StoredResult } from './save-result.js';

type AssetWithReplacement = Prisma.AssetGetPayload<{ include: { replacement: true } }>;

/** Brings the original here, makes everything of it in one decode, and stores what was made. */
@Injectable()
export class ProcessAssetHandler implements JobHandler {
  constructor(
    private readonly database: Database,
    private readonly sandbox: MediaSandbox,
    private readonly temp: TempFolders,
    private readonly live: LiveCluster,
    private readonly scanner: VirusScanner,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CAPABILITIES) private readonly capabilities: Capabilities,
  ) {}

  async run(job: LeasedJob, signal: AbortSignal): Promise<Commit> {
    const { version, content: wanted } = jobPayloads['process-asset'].parse(job.payload);
    const asset = overlay(await this.begin(job), wanted);
    // Newer content has been uploaded since.
    if (!asset) return () => Promise.resolve([]);
    const done = { version, content: asset.version };
    const isKept = processorOf(asset.mimeType) === null;
    if (isKept && !this.scanner.isOn)
      return this.committing(asset, { ...done, sha256: asset.sha256, outputs: [], facts: {}, warnings: [] });
    return this.temp.use(async (folder) => {
      const input = path.join(folder, 'original');
      const original = { objectKey: asset.objectKey, size: asset.size, declaredSha256: await this.declaredHash(asset) };
      const sha256 = await fetchOriginal(
        this.store,
        original,
        input,
        signal,
        isCurrentOriginal(this.database, asset, original.objectKey),
      );
      failpoint('job:fetched');
      this.live.progress(asset.id, { stage: 'process', percent: 20 });
      const scanned = await this.scanner.scan(input, signal);
      if (isKept) return this.committing(asset, { ...done, sha256, outputs: [], facts: {}, warnings: scanned });
      await refuseOtherContent(input, asset.mimeType);
      const result = await this.process(input, asset, folder, signal);
      failpoint('job:processed');
      this.live.progress(asset.id, { stage: 'store', percent: 80 });
      const outputs = await this.putOutputs(asset, version, result, signal);
      const changed = result.inputChanged ? await putChangedOriginal(this.store, asset, input, signal) : null;
      failpoint('job:stored');
      return this.committing(asset, {
        ...done,
        sha256: changed?.sha256 ?? sha256,
        changed,
        outputs,
        facts: result.facts,
        warnings: [...scanned, ...result.warnings],
      });
    });
  }

  private committing(asset: Asset, result: StoredResult): Commit {
    return (tx) => saveResult(tx, asset, result, this.settings.DOWNLOAD_URL_TTL_SECONDS);
  }

  /** An asset that is READY stays so while it is processed anew. */
  private async begin(job: LeasedJob): Promise<AssetWithReplacement> {
    if (job.assetId === null) throw new Error('a process-asset job names no asset');
    const where = { id: job.assetId, tenantId: job.tenantId };
    await this.database.client.asset.updateMany({
      where: { ...where, status: 'PENDING' },
      data: { status: 'PROCESSING' },
    });
    const asset = await this.database.client.asset.findFirst({ where, include: { replacement: true } });
    if (!asset) throw new LeaseLostError('the asset has been deleted');
    return asset;
  }

  private async declaredHash({ objectKey }: Asset): Promise<string | null> {
    const upload = await this.database.client.upload.findUnique({ where: { objectKey }, select: { sha256: true } });
    return upload?.sha256 ?? null;
  }

  private async process(input: string, asset: Asset, outputDir: string, signal: AbortSignal): Promise<ProcessResult> {
    const { mimeType: mime, tenantId: id } = asset;
    const where = { id };
    const { stripLocation } = await this.database.client.tenant.findUniqueOrThrow({
      where,
      select: { stripLocation: true },
    });
    const { IMAGE_MAX_PIXELS: maxPixels, THUMBNAIL_EDGE: thumbnailEdge, PREVIEW_EDGE: previewEdge } = this.settings;
    const timeoutMs = Math.min(this.settings.PROCESS_ASSET_TIMEOUT_SECONDS * 1000, patienceWith(mime));
    return this.sandbox.run(
      {
        input,
        mime,
        outputDir,
        stripLocation: stripLocation || asset.withoutLocation,
        limits: { maxPixels },
        thumbnailEdge,
        previewEdge,
        tools: this.capabilities.tools,
      },
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

/** The asset as it will be with the content that is wanted; null when that waits no longer. */
function overlay({ replacement, ...asset }: AssetWithReplacement, wanted = asset.version): Asset | null {
  if (wanted === asset.version) return asset;
  if (replacement?.version !== wanted) return null;
  const { version, objectKey, mimeType, kind, size, sha256 } = replacement;
  return { ...asset, version, objectKey, mimeType, kind, size, sha256 };
}
