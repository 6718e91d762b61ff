import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { removeObjects } from '#libs/blobs/remove-objects.js';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database, type Transaction } from '#libs/database/database.js';
import type { Caption } from '#libs/database/generated/client.js';
import { parseCaptions } from '#libs/media/captions/parse-captions.js';
import { writeWebVtt } from '#libs/media/captions/write-webvtt.js';
import { captionsKey } from '#libs/storage/keys.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { isUuid } from '../../http/uuid.js';
import { Problem } from '../../problem/problem.js';
import { invalid } from '../../problem/validation.js';
import { live, readableBy, urlSeconds } from '../readable.js';
import type { AddCaptionsInput, CaptionsView } from './captions.schema.js';

/** Languages of one asset. */
const MOST_TRACKS = 100;
const WEBVTT = 'text/vtt; charset=utf-8';

/** Captions of films and sounds: a WebVTT in the store and a row each, which manifests are made from. */
@Injectable()
export class Captions {
  constructor(
    private readonly database: Database,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem VALIDATION_FAILED, ASSET_NOT_FOUND, ASSET_NOT_PLAYABLE */
  async add(
    assetId: string,
    { language, label, text }: AddCaptionsInput,
    caller: Caller,
    origin: Origin,
  ): Promise<CaptionsView> {
    const { cues, faults } = parseCaptions(text);
    if (!cues)
      throw invalid(faults.map(({ line, detail }) => ({ detail: `line ${line}: ${detail}`, pointer: '#/text' })));
    await this.refuseUnplayable(assetId, caller);
    const webVtt = Buffer.from(writeWebVtt(cues));
    const objectKey = captionsKey(caller.tenantId, assetId, uuidv7());
    await this.store.write(objectKey, webVtt, { contentType: WEBVTT, size: webVtt.length });
    try {
      const { made, expiresAt } = await this.database.transaction(async (tx) => {
        const { expiresAt } = await lockAsset(tx, assetId, caller);
        const before = await tx.caption.findUnique({ where: { assetId_language: { assetId, language } } });
        if (!before && (await tx.caption.count({ where: { assetId } })) >= MOST_TRACKS)
          throw invalid([{ detail: `an asset has ${MOST_TRACKS} languages at most`, pointer: '#/language' }]);
        const data = { label, objectKey, size: webVtt.length, createdAt: new Date() };
        const made = await tx.caption.upsert({
          where: { assetId_language: { assetId, language } },
          update: data,
          create: { id: uuidv7(), assetId, language, ...data },
        });
        await this.written(tx, assetId, language, caller, origin);
        if (before) await this.removeObject(tx, caller, before);
        return { made, expiresAt };
      });
      return await this.view(made, expiresAt);
    } catch (error) {
      // Nobody knows of it: a row that could not be written names nothing.
      await this.store.delete([objectKey]).catch(() => undefined);
      throw error;
    }
  }

  /** @throws Problem ASSET_NOT_FOUND */
  async list(assetId: string, caller: Caller): Promise<CaptionsView[]> {
    const where = { id: assetId, ...readableBy(caller) };
    const include = { captions: { orderBy: { language: 'asc' } } } as const;
    const asset = isUuid(assetId) ? await this.database.client.asset.findFirst({ where, include }) : null;
    if (!asset) throw notFound();
    return Promise.all(asset.captions.map((row) => this.view(row, asset.expiresAt)));
  }

  /** @throws Problem ASSET_NOT_FOUND */
  async remove(assetId: string, language: string, caller: Caller, origin: Origin): Promise<void> {
    if (!isUuid(assetId)) throw notFound();
    await this.database.transaction(async (tx) => {
      await lockAsset(tx, assetId, caller);
      const row = await tx.caption.findFirst({
        where: { assetId, language: { equals: language, mode: 'insensitive' } },
      });
      if (!row) return;
      await tx.caption.delete({ where: { id: row.id } });
      await this.written(tx, assetId, row.language, caller, origin);
      await this.removeObject(tx, caller, row);
    });
  }

  private async refuseUnplayable(assetId: string, { tenantId }: Caller): Promise<void> {
    const where = { id: assetId, tenantId, ...live() };
    const asset = isUuid(assetId)
      ? await this.database.client.asset.findFirst({ where, select: { kind: true } })
      : null;
    if (!asset) throw notFound();
    if (asset.kind !== 'VIDEO' && asset.kind !== 'AUDIO')
      throw new Problem('ASSET_NOT_PLAYABLE', 'Only films and sound can have captions.');
  }

  private async written(tx: Transaction, assetId: string, language: string, caller: Caller, origin: Origin) {
    const subject = { type: 'asset', id: assetId } as const;
    const payload = { changed: 'captions', language };
    await recordAudit(tx, { action: 'asset.updated', actor: caller, subject, payload }, origin);
  }

  /** Not before the URLs that were given out a moment ago are good no longer. */
  private removeObject(tx: Transaction, { tenantId }: Caller, { objectKey }: Caption): Promise<unknown> {
    const from = new Date(Date.now() + this.settings.DOWNLOAD_URL_TTL_SECONDS * 1000);
    return removeObjects(tx, { tenantId, originals: [objectKey] }, { leaseSeconds: 0, from });
  }

  private async view(row: Caption, expiresAt: Date | null): Promise<CaptionsView> {
    const { language, label, size, objectKey, createdAt } = row;
    const url = await this.store.presignGet({
      key: objectKey,
      contentType: WEBVTT,
      filename: `${language}.vtt`,
      disposition: 'attachment',
      expiresInSeconds: urlSeconds(expiresAt, this.settings.DOWNLOAD_URL_TTL_SECONDS),
    });
    return { language, label, size, url, createdAt: createdAt.toISOString() };
  }
}

/** Whoever changes captions of one asset does so one after another. @throws Problem ASSET_NOT_FOUND */
async function lockAsset(tx: Transaction, assetId: string, { tenantId }: Caller): Promise<{ expiresAt: Date | null }> {
  const [asset] = await tx.$queryRaw<{ expiresAt: Date | null }[]>`
    SELECT expires_at AS "expiresAt" FROM assets WHERE id = ${assetId}::uuid AND tenant_id = ${tenantId}::uuid AND deleted_at IS NULL
      AND (expires_at IS NULL OR expires_at > now()) FOR NO KEY UPDATE`;
  if (!asset) throw notFound();
  return asset;
}

const notFound = (): Problem => new Problem('ASSET_NOT_FOUND', 'There is no such asset.');
