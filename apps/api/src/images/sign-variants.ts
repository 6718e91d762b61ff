import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import { publicUrl } from '#libs/config/public-url.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import {
  readOptions,
  VariantOptionsError,
  writeOptions,
  type UrlOptions,
  type VariantOptions,
} from '#libs/media/variant/options.js';
import { versionOf } from '#libs/storage/keys.js';
import { live } from '../assets/readable.js';
import type { Caller } from '../http/access.js';
import { isUuid } from '../http/uuid.js';
import { Problem } from '../problem/problem.js';
import { ImageUrls } from './image-urls.js';
import { round, toGravity, type SignedVariants, type SignVariantsInput, type VariantInput } from './image.schema.js';
import { askedFormat } from './negotiate.js';

/** Signs URLs of pictures that are made when somebody looks at them. */
@Injectable()
export class SignVariants {
  constructor(
    private readonly database: Database,
    private readonly urls: ImageUrls,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async run(
    assetId: string,
    { variants, expiresInSeconds }: SignVariantsInput,
    caller: Caller,
  ): Promise<SignedVariants> {
    const version = await this.versionOf(assetId, caller.tenantId);
    const expires = expiresInSeconds === undefined ? null : Math.ceil(Date.now() / 1000) + expiresInSeconds;
    const expiresAt = expires === null ? null : new Date(expires * 1000).toISOString();
    const signed = variants.map((input, index) => {
      const options: UrlOptions = { variant: toOptions(input), expires, version };
      refuseImpossible(options, index);
      const path = this.urls.sign(assetId, options, askedFormat(input.format) ?? 'auto');
      return { url: `${publicUrl(this.settings)}${path}`, expiresAt };
    });
    return { variants: signed };
  }

  private async versionOf(id: string, tenantId: string): Promise<number> {
    const select = { status: true, renditions: { where: { kind: 'preview' }, select: { objectKey: true } } } as const;
    const asset = isUuid(id)
      ? await this.database.client.asset.findFirst({ where: { id, tenantId, ...live() }, select })
      : null;
    if (!asset) throw new Problem('ASSET_NOT_FOUND', 'There is no such asset.');
    if (asset.status === 'PENDING' || asset.status === 'PROCESSING')
      throw new Problem('ASSET_NOT_READY', 'The asset is still being processed.', { headers: { 'Retry-After': '2' } });
    const [preview] = asset.renditions;
    if (!preview) throw new Problem('VARIANT_NOT_POSSIBLE', 'The asset has nothing that could be shown.');
    return versionOf(preview.objectKey);
  }
}

const toOptions = (input: VariantInput): VariantOptions => ({
  resize: input.resize,
  width: input.width,
  height: input.height,
  crop: input.crop
    ? { width: round(input.crop.width), height: round(input.crop.height), gravity: toGravity(input.crop.gravity) }
    : null,
  gravity: toGravity(input.gravity),
  quality: input.quality ?? null,
  blur: round(input.blur ?? 0),
  dpr: round(input.dpr),
  enlarge: input.enlarge,
  background: input.background?.toLowerCase() ?? null,
});

/** What a URL could not say, or the server would not make of it. */
function refuseImpossible(options: UrlOptions, index: number): void {
  try {
    readOptions(writeOptions(options));
  } catch (error) {
    if (!(error instanceof VariantOptionsError)) throw error;
    throw new Problem('VALIDATION_FAILED', 'The request does not have the expected form.', {
      errors: [{ detail: error.message, pointer: `#/variants/${index}` }],
      cause: error,
    });
  }
}
