import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { VARIANT_FORMATS, type VariantFormat } from '#libs/media/variant/formats.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { enqueue, type JobToken } from '#libs/queue/enqueue.js';
import { variantKey } from '#libs/storage/keys.js';
import { Problem } from '../problem/problem.js';

/** Names one picture: two requests with the same are for the same bytes. */
export interface VariantName {
  assetId: string;
  /** Of the processing whose outputs the asset shows. */
  version: number;
  /** As writeVariant writes them. */
  options: string;
  format: VariantFormat;
}

export interface StoredVariant {
  objectKey: string;
  mimeType: string;
  /** Bytes. */
  size: number;
  /** Of the bytes, hex. */
  sha256: string;
}

interface Row {
  state: 'MAKING' | 'READY' | 'FAILED';
  isUnderWay: boolean;
  objectKey: string;
  mimeType: string;
  size: string | null;
  sha256: string | null;
  failureReason: string | null;
}

/** How long a request waits for its picture. */
const PATIENCE_MS = 20_000;
const FIRST_LOOK_MS = 20;
const SLOWEST_LOOK_MS = 250;

const UNDER_WAY_STATES = ['WAITING', 'DELAYED', 'ACTIVE'] as const;

const UNDER_WAY = `EXISTS (
  SELECT FROM jobs WHERE jobs.id = variants.job_id AND jobs.state IN ('${UNDER_WAY_STATES.join("', '")}'))`;

const FIND = `
  SELECT state, object_key AS "objectKey", mime_type AS "mimeType", size, sha256, failure_reason AS "failureReason",
    ${UNDER_WAY} AS "isUnderWay"
  FROM variants WHERE asset_id = $1::uuid AND version = $2 AND options = $3 AND format = $4`;

/** Finds the picture that was asked for, or has a worker make it: once, however many ask for it, wherever they ask. */
@Injectable()
export class Variants {
  /** What requests of this process wait for. */
  private readonly waits = new Map<string, Promise<StoredVariant>>();

  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem VARIANTS_BUSY, VARIANT_NOT_POSSIBLE, VARIANT_PENDING or ASSET_NOT_FOUND */
  async get(tenantId: string, name: VariantName): Promise<StoredVariant> {
    const row = await this.find(name);
    if (row && row.state !== 'MAKING') return settled(row);
    const key = JSON.stringify(name);
    let wait = this.waits.get(key);
    if (!wait) {
      wait = this.make(tenantId, name, row?.isUnderWay ?? false).finally(() => this.waits.delete(key));
      this.waits.set(key, wait);
    }
    return wait;
  }

  /** Has it made anew when it is asked for next: its object is gone. */
  async forget({ assetId, version, options, format }: VariantName): Promise<void> {
    await this.database.client.variant.deleteMany({ where: { assetId, version, options, format, state: 'READY' } });
  }

  private async make(tenantId: string, name: VariantName, isUnderWay: boolean): Promise<StoredVariant> {
    const deadline = Date.now() + PATIENCE_MS;
    const token = isUnderWay ? null : await this.begin(tenantId, name);
    if (token) await this.dispatcher.dispatch([token]);
    for (let pause = FIRST_LOOK_MS; Date.now() < deadline; pause = Math.min(SLOWEST_LOOK_MS, pause * 1.5)) {
      await delay(pause);
      const row = await this.find(name);
      if (!row || (row.state === 'MAKING' && !row.isUnderWay)) break;
      if (row.state !== 'MAKING') return settled(row);
    }
    throw new Problem('VARIANT_PENDING', 'The picture is not made yet; ask again in a few seconds.', {
      headers: { 'Retry-After': '3' },
    });
  }

  /** The row and its job, unless somebody has begun before; a row whose job ended without it gets a new job. */
  private begin(tenantId: string, { assetId, version, options, format }: VariantName): Promise<JobToken | null> {
    return this.database.transaction(async (tx) => {
      const making = await tx.variant.count({ where: { tenantId, state: 'MAKING' } });
      if (making >= this.settings.IMAGE_VARIANTS_WAITING)
        throw new Problem('VARIANTS_BUSY', 'Too many pictures wait to be made; ask again in a few seconds.', {
          headers: { 'Retry-After': '5' },
        });
      const id = uuidv7();
      const objectKey = variantKey(tenantId, assetId, version, id, format);
      // Its row is locked from here on, also when it was there before.
      const [row] = await tx.$queryRaw<{ id: string; jobId: string }[]>`
        INSERT INTO variants (id, tenant_id, asset_id, version, options, format, job_id, object_key, mime_type)
        SELECT ${id}::uuid, tenant_id, id, ${version}, ${options}, ${format}, ${id}::uuid, ${objectKey},
          ${VARIANT_FORMATS[format].mime}
        FROM assets WHERE id = ${assetId}::uuid AND tenant_id = ${tenantId}::uuid FOR KEY SHARE
        ON CONFLICT (asset_id, version, options, format) DO UPDATE SET job_id = variants.job_id
        WHERE variants.state = 'MAKING'
        RETURNING id, job_id AS "jobId"`;
      if (!row) return null;
      // Asked by itself: a statement does not see the job of somebody else that was committed while it waited for the row.
      const state = { in: [...UNDER_WAY_STATES] };
      if ((await tx.job.count({ where: { id: row.jobId, tenantId, state } })) > 0) return null;
      const payload = { variantId: row.id };
      const token = await enqueue(tx, { kind: 'make-variant', tenantId, assetId, payload });
      await tx.variant.update({
        where: { id: row.id, tenantId },
        data: { jobId: token.jobId },
        select: { id: true },
      });
      return token;
    });
  }

  private async find({ assetId, version, options, format }: VariantName): Promise<Row | undefined> {
    const [row] = await this.database.query<Row>('find-variant', FIND, [assetId, version, options, format]);
    return row;
  }
}

function settled({ state, objectKey, mimeType, size, sha256, failureReason }: Row): StoredVariant {
  if (state === 'READY' && sha256 !== null) return { objectKey, mimeType, size: Number(size), sha256 };
  throw new Problem('VARIANT_NOT_POSSIBLE', failureReason ?? 'The picture cannot be made.');
}
