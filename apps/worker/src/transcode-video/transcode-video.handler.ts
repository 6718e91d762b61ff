import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { announce } from '#libs/database/announce.js';
import { Database, type Transaction } from '#libs/database/database.js';
import type { Asset, Rendition } from '#libs/database/generated/client.js';
import { MediaFailure } from '#libs/media/failure.js';
import { MediaSandbox } from '#libs/media/sandbox/media-sandbox.js';
import type { LadderRun } from '#libs/media/video/ladder/command.js';
import { encoderMemory } from '#libs/media/video/ladder/make-ladder.js';
import { planRuns, type LadderSource } from '#libs/media/video/ladder/plan.js';
import { framesASecond } from '#libs/media/video/ladder/rungs.js';
import { readSource } from '#libs/media/video/ladder/source.js';
import { LiveCluster } from '#libs/live/live-cluster.js';
import type { JobToken } from '#libs/queue/enqueue.js';
import { jobPayloads } from '#libs/queue/job-payloads.js';
import { JobTimeoutError, type Commit, type JobHandler } from '#libs/queue/job-runner.js';
import { LeaseLostError, type LeasedJob } from '#libs/queue/leases.js';
import { Quotas } from '#libs/quotas/quotas.js';
import { renditionKey, versionOf } from '#libs/storage/keys.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { fetchOriginal, isCurrentOriginal } from '../process-asset/fetch-original.js';
import { removeVersionsBefore } from '../process-asset/remove-versions.js';
import { CAPABILITIES, type Capabilities } from '../running/capabilities.js';
import { TempFolders } from '../running/temp-folders.js';
import { countMinutes } from './count-minutes.js';
import { makeDownload } from './make-download.js';
import { RunReport } from './run-report.js';
import { savePictures } from './save-pictures.js';
import { removeOldStreams, saveEnd, saveStream, type TranscodeJob } from './save-streams.js';
import { whileCancelled } from './while-cancelled.js';
import { RunUploads } from './work-on-run.js';

/** Decoders and encoders of streams: apart from those of pictures, which must not wait for a film. */
export const STREAM_SANDBOX = Symbol('stream sandbox');

/** Wall-clock time of one run: a while for the start, then so much of the film's own length. */
const GRACE_SECONDS = 600;
const TIMES_ITS_LENGTH = 40;
/** Of a film that does not say how long it is. */
const UNKNOWN_SECONDS = 3600;

/** Makes streams of a film or a sound. What is whole can be watched at once; a run that is killed goes on from there. */
@Injectable()
export class TranscodeVideoHandler implements JobHandler {
  /** Assets all of whose streams are whole, until that is committed. */
  private readonly ending = new Set<string>();

  constructor(
    private readonly database: Database,
    @Inject(STREAM_SANDBOX) private readonly sandbox: MediaSandbox,
    private readonly temp: TempFolders,
    private readonly live: LiveCluster,
    private readonly quotas: Quotas,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CAPABILITIES) private readonly capabilities: Capabilities,
  ) {
    // What is announced in a transaction is told when it has committed.
    live.onNews(({ assets = [] }) => {
      for (const id of assets) if (this.ending.delete(id)) live.progress(id, { stage: 'transcode', percent: 100 });
    });
  }

  async run(job: LeasedJob, signal: AbortSignal): Promise<Commit> {
    const { version } = jobPayloads['transcode-video'].parse(job.payload);
    const { tools } = this.capabilities;
    if (!tools) throw new MediaFailure('PROCESSOR_ERROR', 'This worker has no ffmpeg.');
    const asset = await this.find(job, version);
    const of: TranscodeJob = { job, assetId: asset.id, version };
    return this.temp.use(async (folder) => {
      const input = path.join(folder, 'original');
      const isCurrent = isCurrentOriginal(this.database, asset, asset.objectKey);
      await fetchOriginal(this.store, { ...asset, declaredSha256: asset.sha256 }, input, signal, isCurrent);
      const task = { input, mime: asset.mimeType, outputDir: folder };
      const limits = { maxPixels: this.settings.IMAGE_MAX_PIXELS };
      const source = await readSource(tools, { ...task, limits }, signal);
      await countMinutes(this.database, this.quotas, of, source.seconds ?? 0);
      const made = new Set(
        asset.renditions.filter((one) => versionOf(one.objectKey) === version).map(({ kind }) => kind),
      );
      const runs = planRuns(source, made);
      const all = planRuns(source, new Set());
      const report = new RunReport(this.database, this.live, of, { all, left: runs, seconds: source.seconds });
      for (const [index, ladder] of runs.entries()) {
        const outputDir = path.join(folder, `run-${index}`);
        await mkdir(outputDir);
        await this.encode({ asset, of, source, ladder, report }, { ...task, outputDir }, signal);
        report.finished(ladder);
      }
      const download = { store: this.store, sandbox: this.sandbox, database: this.database, folder, tools, signal };
      if (source.film) await makeDownload(download, of, { ...asset, seconds: source.seconds ?? 0 });
      return async (tx) => {
        await saveEnd(tx, of, made.size + runs.flatMap(({ rungs }) => rungs).length);
        await removeOldStreams(tx, of);
        this.ending.add(asset.id);
        announce(tx, { assets: [asset.id] });
        return this.removeOldVersions(tx, of);
      };
    });
  }

  /** What versions before have made, when no URL that was given out a moment ago is good any longer. */
  private async removeOldVersions(tx: Transaction, { job, assetId, version }: TranscodeJob): Promise<JobToken[]> {
    if (version === 1) return [];
    const runAt = new Date(Date.now() + this.settings.DOWNLOAD_URL_TTL_SECONDS * 1000);
    return [await removeVersionsBefore(tx, { id: assetId, tenantId: job.tenantId }, version, runAt)];
  }

  private async find(job: LeasedJob, version: number): Promise<Asset & { renditions: Rendition[] }> {
    const where = { id: job.assetId ?? undefined, tenantId: job.tenantId, transcode: { version } };
    const asset = await this.database.client.asset.findFirst({ where, include: { renditions: true } });
    if (!asset || job.assetId === null) throw new LeaseLostError('the asset is gone, or was processed anew');
    return asset;
  }

  private async encode(
    about: { asset: Asset; of: TranscodeJob; source: LadderSource; ladder: LadderRun; report: RunReport },
    task: { input: string; mime: string; outputDir: string },
    signal: AbortSignal,
  ): Promise<void> {
    const { asset, of, source, ladder, report } = about;
    const { tools } = this.capabilities;
    if (!tools) throw new MediaFailure('PROCESSOR_ERROR', 'This worker has no ffmpeg.');
    const hung = new AbortController();
    const either = AbortSignal.any([signal, hung.signal]);
    const seconds = source.seconds ?? UNKNOWN_SECONDS;
    const timeoutMs = (GRACE_SECONDS + TIMES_ITS_LENGTH * seconds) * 1000;
    const keyOf = (file: string) => renditionKey(asset.tenantId, asset.id, of.version, `hls/${file}`);
    const uploads = new RunUploads(
      {
        store: this.store,
        folder: task.outputDir,
        keyOf,
        signal: either,
        stallMs: this.settings.TRANSCODE_STALL_SECONDS * 1000,
      },
      ladder,
    );
    await report.begin(ladder);
    const encoding = this.sandbox.run(
      { ...task, ladder, tools, preset: this.settings.TRANSCODE_PRESET, timeoutMs },
      { signal: either, timeoutMs, memoryLimitBytes: this.memoryFor(ladder) },
    );
    try {
      await uploads.during(
        encoding,
        (progress) => report.tell(ladder, progress),
        (reason) => hung.abort(reason),
      );
      await this.saveStreams(of, ladder, uploads, report);
    } catch (error) {
      // Whoever has taken it from us, or takes it up again, writes the same segments anew.
      const isOurs = signal.aborted ? signal.reason instanceof JobTimeoutError : error instanceof MediaFailure;
      if (isOurs) await uploads.remove(always);
      else if (error instanceof LeaseLostError || signal.reason instanceof LeaseLostError)
        await uploads.remove(whileCancelled(this.database, of.job));
      throw error;
    }
    const place = { store: this.store, database: this.database, signal };
    await savePictures(place, of, source, ladder, task.outputDir);
  }

  private async saveStreams(
    of: TranscodeJob,
    ladder: LadderRun,
    uploads: RunUploads,
    report: RunReport,
  ): Promise<void> {
    for await (const { kind, bandwidth, ...stream } of uploads.finish()) {
      const rung = ladder.rungs.find((one) => one.kind === kind);
      await saveStream(this.database, of, {
        ...stream,
        kind,
        mimeType: 'application/vnd.apple.mpegurl',
        width: rung?.width ?? null,
        height: rung?.height ?? null,
        bandwidth: bandwidth.peak,
        averageBandwidth: bandwidth.average,
        frameRate: rung ? framesASecond(ladder.frameRate) : null,
      });
      uploads.kept(kind);
      report.made(kind);
    }
  }

  private memoryFor(ladder: LadderRun): number {
    return this.settings.DECODER_MEMORY_MB * 1024 ** 2 + encoderMemory(ladder);
  }
}

const always = async (step: () => Promise<void>): Promise<boolean> => {
  await step();
  return true;
};
