import { v7 as uuidv7 } from 'uuid';
import type { Database } from '#libs/database/database.js';
import type { Prisma } from '#libs/database/generated/client.js';
import { originalKey, renditionKey } from '#libs/storage/keys.js';

const HOUR_MS = 3_600_000;

/** Rows as they are some hours after an upload, made without one. */
export class Rows {
  constructor(
    private readonly database: Database,
    readonly tenantId: string = uuidv7(),
  ) {}

  /** A READY asset, unless told otherwise; `renditions` are the version and the kinds that it shows. */
  async asset(
    told: Partial<Prisma.AssetUncheckedCreateInput> = {},
    renditions: { version: number; kinds: string[] } = { version: 1, kinds: ['thumbnail', 'preview'] },
  ) {
    const { tenantId } = this;
    const id = told.id ?? uuidv7();
    const createdAt = new Date(Date.now() - 3 * HOUR_MS);
    return this.database.client.asset.create({
      data: {
        id,
        tenantId,
        ownerId: uuidv7(),
        objectKey: originalKey(tenantId, id),
        filename: 'a.jpg',
        mimeType: 'image/jpeg',
        kind: 'IMAGE',
        size: 10n,
        status: 'READY',
        createdAt,
        readyAt: createdAt,
        ...told,
        renditions: {
          create: renditions.kinds.map((kind) => ({
            id: uuidv7(),
            kind,
            objectKey: renditionKey(tenantId, id, renditions.version, `${kind}.webp`),
            mimeType: 'image/webp',
            size: 5n,
            createdAt,
          })),
        },
      },
      include: { renditions: true },
    });
  }

  upload(state: 'WAITING' | 'EXPIRED' | 'REJECTED') {
    const assetId = uuidv7();
    return this.database.client.upload.create({
      data: {
        id: uuidv7(),
        tenantId: this.tenantId,
        ownerId: uuidv7(),
        assetId,
        state,
        objectKey: originalKey(this.tenantId, assetId),
        filename: 'a.jpg',
        contentType: 'image/jpeg',
        size: 10n,
        createdAt: new Date(Date.now() - 3 * HOUR_MS),
        expiresAt: new Date(Date.now() + (state === 'WAITING' ? HOUR_MS : -2 * HOUR_MS)),
      },
    });
  }
}
