import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { Prisma } from '#libs/database/generated/client.js';
import { MediaFailure } from '#libs/media/failure.js';
import { MediaSandbox } from '#libs/media/sandbox/media-sandbox.js';
import { isVariantFormat, type VariantFormat } from '#libs/media/variant/formats.js';
import type { VariantTask } from '#libs/media/variant/make-variant.js';
import { readOptions } from '#libs/media/variant/options.js';
import { variantSource } from '#libs/media/variant/source.js';
import { jobPayloads } from '#libs/queue/job-payloads.js';
import type { Commit, JobHandler } from '#libs/queue/job-runner.js';
import { jobKinds } from '#libs/queue/job-kinds.js';
import type { LeasedJob } from '#libs/queue/leases.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { fetchOriginal, isCurrentOriginal, type Original } from '../process-asset/fetch-original.js';
import { CAPABILITIES, type Capabilities } from '../running/capabilities.js';
import { TempFolders } from '../running/temp-folders.js';

const withSources = { asset: { include: { renditions: true } } } as const satisfies Prisma.VariantInclude;
type VariantRow = Prisma.VariantGetPayload<{ include: typeof withSources }>;

/** Makes the one picture that somebody asked for, and stores it for whoever asks again. */
@Injectable()
export class MakeVariantHandler implements JobHandler {
  constructor(
    private readonly database: Database,
    private readonly sandbox: MediaSandbox,
    private readonly temp: TempFolders,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CAPABILITIES) private readonly capabilities: Capabilities,
  ) {}

  async run(job: LeasedJob, signal: AbortSignal): Promise<Commit> {
    const { variantId } = jobPayloads['make-variant'].parse(job.payload);
    const where = { id: variantId, tenantId: job.tenantId, state: 'MAKING' } as const;
    const variant = await this.database.client.variant.findFirst({ where, include: withSources });
    // Its asset has changed since: nobody waits for the variant any longer.
    if (!variant) return () => Promise.resolve([]);
    return this.temp.use(async (folder) => {
      const input = path.join(folder, 'source');
      const source = sourceOf(variant);
      const isCurrent = isCurrentOriginal(this.database, variant.asset, variant.asset.objectKey);
      await fetchOriginal(this.store, source, input, signal, isCurrent);
      const made = await this.make({ input, mime: source.mime, outputDir: folder }, variant, signal);
      const { objectKey } = variant;
      const options = { contentType: made.mime, size: made.size, signal };
      const sha256 = createHash('sha256')
        .update(await readFile(made.path))
        .digest('hex');
      await this.store.write(objectKey, createReadStream(made.path), options);
      const data = { state: 'READY', size: BigInt(made.size), width: made.width, height: made.height, sha256 } as const;
      return async (tx) => {
        const { count } = await tx.variant.updateMany({ where, data });
        // Its row is gone, with its asset's version. One that is READY is somebody else's work, under the same key.
        const isGone = count === 0 && (await tx.variant.count({ where: { id: variantId } })) === 0;
        if (isGone) await this.store.delete([objectKey]);
        return [];
      };
    });
  }

  private async make(files: Pick<VariantTask, 'input' | 'mime' | 'outputDir'>, row: VariantRow, signal: AbortSignal) {
    const limits = { maxPixels: this.settings.IMAGE_MAX_PIXELS };
    const timeoutMs = jobKinds['make-variant'].timeoutSeconds * 1000;
    const variant = { options: row.options, format: formatOf(row) };
    const task = { ...files, limits, tools: this.capabilities.tools, variant };
    const [made] = (await this.sandbox.run(task, { signal, timeoutMs })).outputs;
    if (!made) throw new Error('a variant was made without an output');
    return made;
  }
}

/** What the variant is made of: the original where it is a picture that can be read, else the preview of it. */
function sourceOf({ asset, options }: VariantRow): Original & { mime: string } {
  const preview = asset.renditions.find(({ kind }) => kind === 'preview');
  const size = preview && { width: preview.width ?? 0, height: preview.height ?? 0 };
  if (variantSource(asset.mimeType, readOptions(options).variant, size ?? null) === 'original')
    return { objectKey: asset.objectKey, size: asset.size, declaredSha256: asset.sha256, mime: asset.mimeType };
  if (!preview) throw new MediaFailure('UNSUPPORTED_FORMAT', 'Nothing is made of the file that could be shown.');
  return { objectKey: preview.objectKey, size: preview.size, declaredSha256: null, mime: preview.mimeType };
}

function formatOf({ format }: VariantRow): VariantFormat {
  if (!isVariantFormat(format)) throw new MediaFailure('UNSUPPORTED_FORMAT', `Pictures cannot be made as ${format}.`);
  return format;
}
