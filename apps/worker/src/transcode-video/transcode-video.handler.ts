import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database, type Transaction } from '#libs/database/database.js';
import type { Asset, Rendition } from '#libs/database/generated/client.js';
import { recordEvent } from '#libs/events/record.js';
import { MediaFailure } from '#libs/media/failure.js';
import { MediaSandbox } from '#libs/media/sandbox/media-sandbox.js';
import { PREVIEW_FILE, STORYBOARD_FILE, type LadderRun } from '#libs/media/video/ladder/command.js';
import { planRuns, type LadderSource } from '#libs/media/video/ladder/plan.js';
import { framesASecond } from '#libs/media/video/ladder/rungs.js';
import { readSource } from '#libs/media/video/ladder/source.js';
import { storyboardTrack } from '#libs/media/video/ladder/storyboard-track.js';
import { enqueue } from '#libs/queue/enqueue.js';
import type { Commit, JobHandler } from '#libs/queue/job-runner.js';
import { LeaseLostError, type JobFailure, type LeasedJob } from '#libs/queue/leases.js';
import { renditionKey, versionOf } from '#libs/storage/keys.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { fetchOriginal } from '../process-asset/fetch-original.js';
import { CAPABILITIES, type Capabilities } from '../running/capabilities.js';
import { TempFolders } from '../running/temp-folders.js';
import { makeDownload } from './make-download.js';
import { storeFile } from './store-file.js';
import { RunReport } from './run-report.js';
import { saveEnd, saveStream, type TranscodeJob } from './save-streams.js';
import { RunUploads } from './work-on-run.js';

/** Decoders and encoders of streams: apart from those of pictures, which must not wait for a film. */
export const STREAM_SANDBOX = Symbol('stream sandbox');

const payloadSchema = z.object({ version: z.int().positive() });

/** Wall-clock time of one run: a while for the start, then so much of the film's own length. */
const GRACE_SECONDS = 600;
const TIMES_ITS_LENGTH = 40;
/** Of a film that does not say how long it is. */
const UNKNOWN_SECONDS = 3600;

/** Makes streams of a film or a sound. What is whole can be watched at once; a run that is killed goes on from there. */
@Injectable()
export class TranscodeVideoHandler implements JobHandler {
  constructor(
    private readonly database: Database,
    @Inject(STREAM_SANDBOX) private readonly sandbox: MediaSandbox,
    private readonly temp: TempFolders,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CAPABILITIES) private readonly capabilities: Capabilities,
  ) {}

  async run(job: LeasedJob, signal: AbortSignal): Promise<Commit> {
    const { version } = payloadSchema.parse(job.payload);
    const { tools } = this.capabilities;
    if (!tools) throw new MediaFailure('PROCESSOR_ERROR', 'This worker has no ffmpeg.');
    const asset = await this.find(job, version);
    const of: TranscodeJob = { job, assetId: asset.id, version };
    return this.temp.use(async (folder) => {
      const input = path.join(folder, 'original');
      await fetchOriginal(this.store, { ...asset, declaredSha256: asset.sha256 }, input, signal);
      const task = { input, mime: asset.mimeType, outputDir: folder };
      const limits = { maxPixels: this.settings.IMAGE_MAX_PIXELS };
      const source = await readSource(tools, { ...task, limits }, signal);
      const made = new Set(
        asset.renditions.filter((one) => versionOf(one.objectKey) === version).map(({ kind }) => kind),
      );
      const runs = planRuns(source, made);
      const report = new RunReport(this.database, of, runs, source.seconds);
      for (const [index, ladder] of runs.entries()) {
        const outputDir = path.join(folder, `run-${index}`);
        await mkdir(outputDir);
        await this.encode({ asset, of, source, ladder, report }, { ...task, outputDir }, signal);
        report.finished(ladder);
      }
      const download = { store: this.store, sandbox: this.sandbox, database: this.database, folder, tools, signal };
      if (source.film) await makeDownload(download, of, asset);
      return async (tx) => {
        await saveEnd(tx, of, made.size + runs.flatMap(({ rungs }) => rungs).length);
        return [];
      };
    });
  }

  /** What can be watched stays so. */
  async giveUp(tx: Transaction, job: LeasedJob, failure: JobFailure): Promise<void> {
    const version = payloadSchema.safeParse(job.payload).data?.version;
    const { assetId, tenantId } = job;
    if (assetId === null || version === undefined) return;
    const { code, detail: reason } = failure;
    const data = { status: 'FAILED', failureCode: code, failureReason: reason, remainingSeconds: null } as const;
    const { count } = await tx.transcode.updateMany({ where: { assetId, version }, data });
    if (count === 0) return;
    await recordEvent(tx, { type: 'asset.streams-failed', tenantId, subjectId: assetId, payload: { code, reason } });
    const streams = await tx.rendition.count({ where: { assetId, kind: { startsWith: 'hls-' } } });
    const prefix = renditionKey(tenantId, assetId, version, 'hls/');
    if (streams === 0) await enqueue(tx, { kind: 'delete-objects', tenantId, payload: { prefix }, tier: 'bulk' });
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
    const uploads = new RunUploads({ store: this.store, folder: task.outputDir, keyOf, signal: either }, ladder);
    await report.begin(ladder);
    const encoding = this.sandbox.run(
      { ...task, ladder, tools, preset: this.settings.TRANSCODE_PRESET, timeoutMs },
      { signal: either, timeoutMs },
    );
    await uploads.during(
      encoding,
      (progress) => report.tell(ladder, progress),
      (reason) => hung.abort(reason),
    );
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
    }
    await this.savePictures(of, source, ladder, task.outputDir, signal);
  }

  private async savePictures(
    of: TranscodeJob,
    source: LadderSource,
    { storyboard, preview }: LadderRun,
    folder: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { job, assetId, version } = of;
    const place = { store: this.store, database: this.database, signal };
    const keyOf = (name: string) => renditionKey(job.tenantId, assetId, version, name);
    const isThere = (name: string) =>
      stat(path.join(folder, name)).then(
        ({ size }) => size > 0,
        () => false,
      );
    if (storyboard && (await isThere(STORYBOARD_FILE))) {
      const { columns, rows, width, height } = storyboard;
      const size = { width: columns * width, height: rows * height };
      const track = Buffer.from(storyboardTrack(storyboard, source.seconds ?? storyboard.interval));
      const sheet = { kind: 'storyboard', objectKey: keyOf(STORYBOARD_FILE), mimeType: 'image/jpeg', ...size };
      await storeFile(place, of, sheet, path.join(folder, STORYBOARD_FILE));
      const vtt = { kind: 'storyboard-track', objectKey: keyOf('storyboard.vtt'), mimeType: 'text/vtt' };
      await storeFile(place, of, vtt, track);
    }
    if (preview && (await isThere(PREVIEW_FILE))) {
      const { width, height } = preview;
      const moving = {
        kind: 'animated-preview',
        objectKey: keyOf(PREVIEW_FILE),
        mimeType: 'image/webp',
        width,
        height,
      };
      await storeFile(place, of, moving, path.join(folder, PREVIEW_FILE));
    }
  }
}
