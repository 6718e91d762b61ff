import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { readOptions, VariantOptionsError, writeVariant, type UrlOptions } from '#libs/media/variant/options.js';
import { ObjectNotFoundError, type ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { versionOf } from '#libs/storage/keys.js';
import { contentDisposition } from '#libs/storage/content-disposition.js';
import { isUuid } from '../http/uuid.js';
import { Problem } from '../problem/problem.js';
import { ImageUrls } from './image-urls.js';
import { askedFormat, negotiate, type AskedFormat } from './negotiate.js';
import { Variants, type StoredVariant, type VariantName } from './variants.js';

export interface ImageRequest {
  signature: string;
  options: string;
  assetId: string;
  format: string;
  accept: string | undefined;
  ifNoneMatch: string | undefined;
}

export interface ImageAnswer {
  status: 200 | 304;
  headers: Record<string, string>;
  body: Readable | null;
}

interface AssetRow {
  tenantId: string;
  filename: string;
  status: string;
  hasAlpha: boolean;
  expiresAt: Date | null;
  previewKey: string | null;
}

const FIND_ASSET = `
  SELECT assets.tenant_id AS "tenantId", filename, status, COALESCE((metadata->>'hasAlpha')::boolean, false) AS "hasAlpha",
    assets.expires_at AS "expiresAt", renditions.object_key AS "previewKey"
  FROM assets LEFT JOIN renditions ON renditions.asset_id = assets.id AND renditions.kind = 'preview'
  WHERE assets.id = $1::uuid AND deleted_at IS NULL AND (assets.expires_at IS NULL OR assets.expires_at > now())`;

const YEAR_SECONDS = 365 * 24 * 3600;
/** A URL that names no version may show another picture soon. */
const UNVERSIONED_SECONDS = 300;

/** What a picture is allowed to do in a browser: nothing but be shown, on any page. */
const HARMLESS = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Access-Control-Allow-Origin': '*',
};

/** Answers a signed URL with its picture. Whoever holds the URL may see it: the signature is the permission. */
@Injectable()
export class ServeImage {
  constructor(
    private readonly database: Database,
    private readonly urls: ImageUrls,
    private readonly variants: Variants,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  async run(request: ImageRequest): Promise<ImageAnswer> {
    const { options, format } = this.read(request);
    const asset = await this.findAsset(request.assetId);
    const name: VariantName = {
      assetId: request.assetId,
      version: asset.version,
      options: writeVariant(options.variant),
      format: format === 'auto' ? negotiate(request.accept, asset.hasAlpha) : format,
    };
    const variant = await this.variants.get(asset.tenantId, name);
    const headers = {
      ...HARMLESS,
      ETag: `"${variant.sha256.slice(0, 32)}"`,
      'Cache-Control': cacheControl(options, asset),
      ...(format === 'auto' && { Vary: 'Accept' }),
    };
    if (isKnown(request.ifNoneMatch, headers.ETag)) return { status: 304, headers, body: null };
    const body = await this.open(asset.tenantId, name, variant);
    const filename = `${asset.filename.replace(/\.[^.]*$/, '')}.${name.format}`;
    const about = {
      'Content-Type': variant.mimeType,
      'Content-Length': String(variant.size),
      'Content-Disposition': contentDisposition('inline', filename),
    };
    return { status: 200, headers: { ...headers, ...about }, body };
  }

  /** What the URL says, once it is known to be ours. */
  private read({ signature, options: text, assetId, format: ending }: ImageRequest) {
    if (!this.urls.isSigned(signature, `/${text}/${assetId}.${ending}`))
      throw new Problem('URL_INVALID', 'The URL is not signed, or was changed after it was.');
    const format = askedFormat(ending);
    if (!format || !isUuid(assetId)) throw new Problem('VALIDATION_FAILED', 'The URL names no picture.');
    const options = readSigned(text);
    if (options.expires !== null && options.expires * 1000 <= Date.now())
      throw new Problem('URL_EXPIRED', `The URL was good until ${new Date(options.expires * 1000).toISOString()}.`);
    return { options, format } satisfies { options: UrlOptions; format: AskedFormat };
  }

  private async findAsset(id: string): Promise<Omit<AssetRow, 'previewKey'> & { version: number }> {
    const [asset] = await this.database.query<AssetRow>('find-pictured-asset', FIND_ASSET, [id]);
    if (!asset) throw new Problem('ASSET_NOT_FOUND', 'There is no such asset.');
    if (asset.status === 'PENDING' || asset.status === 'PROCESSING')
      throw new Problem('ASSET_NOT_READY', 'The asset is still being processed.', { headers: { 'Retry-After': '2' } });
    const { previewKey, ...rest } = asset;
    if (previewKey === null) throw new Problem('VARIANT_NOT_POSSIBLE', 'The asset has nothing that could be shown.');
    return { ...rest, version: versionOf(previewKey) };
  }

  /** An object that was lost is made again. */
  private async open(tenantId: string, name: VariantName, variant: StoredVariant): Promise<Readable> {
    try {
      return await this.store.read(variant.objectKey);
    } catch (error) {
      if (!(error instanceof ObjectNotFoundError)) throw error;
      await this.variants.forget(name);
      const again = await this.variants.get(tenantId, name);
      return this.store.read(again.objectKey);
    }
  }
}

function readSigned(text: string): UrlOptions {
  try {
    return readOptions(text);
  } catch (cause) {
    if (!(cause instanceof VariantOptionsError)) throw cause;
    throw new Problem('VALIDATION_FAILED', `The options of the URL cannot be used: ${cause.message}.`, { cause });
  }
}

/** For as long as the picture behind the URL stays the same, and both the URL and the asset are good. */
function cacheControl({ version, expires }: UrlOptions, asset: { version: number; expiresAt: Date | null }): string {
  const isFixed = version === asset.version;
  const ends = [(expires ?? Infinity) * 1000, asset.expiresAt?.getTime() ?? Infinity];
  const left = Math.floor((Math.min(...ends) - Date.now()) / 1000);
  const seconds = Math.max(0, Math.min(isFixed ? YEAR_SECONDS : UNVERSIONED_SECONDS, left));
  return `public, max-age=${seconds}${isFixed ? ', immutable' : ''}`;
}

/** If-None-Match (RFC 9110, 13.1.2): compared weakly. */
const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*');
