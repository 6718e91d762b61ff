import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { Upload } from '#libs/database/generated/client.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import type { Caller } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import { invalid } from '../../problem/validation.js';
import { findUpload } from '../find-upload.js';
import { refuseEnded } from '../refuse-ended.js';
import { partCount, sizeOfPart } from './part-plan.js';
import type { PartsQuery, PartUrlsInput, SignedParts, StoredParts } from './parts.schema.js';

/** However often parts are asked for: the bucket's own rule removes what was begun a week ago. */
const LONGEST = '6 days';

type InParts = Upload & { partSize: number; multipartId: string };

/** The parts of an upload: URLs for those that are to come, and those that are there. */
@Injectable()
export class UploadParts {
  constructor(
    private readonly database: Database,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem UPLOAD_NOT_FOUND, UPLOAD_NOT_IN_PARTS, UPLOAD_COMPLETED, UPLOAD_EXPIRED, VALIDATION_FAILED */
  async sign(id: string, { parts }: PartUrlsInput, caller: Caller): Promise<SignedParts> {
    const upload = await this.find(id, caller);
    const count = partCount(upload);
    const beyond = parts.flatMap(({ number }, index) =>
      number > count ? [{ detail: `the file has ${count} parts`, pointer: `#/parts/${index}/number` }] : [],
    );
    if (beyond.length > 0) throw invalid(beyond);
    const { expiresAt, secondsLeft } = await this.prolong(upload);
    const expiresInSeconds = Math.max(1, Math.min(secondsLeft, this.settings.UPLOAD_URL_TTL_SECONDS));
    const signed = await Promise.all(
      parts.map(async ({ number, md5Hash }) => {
        const size = sizeOfPart(upload, number);
        const {
          url,
          method,
          headers,
          expiresAt: until,
        } = await this.store.multipart.presignPart({
          key: upload.objectKey,
          id: upload.multipartId,
          number,
          size,
          ...(md5Hash !== undefined && { md5: md5Hash }),
          expiresInSeconds,
        });
        return { number, size, uploadUrl: url, method, headers, expiresAt: until.toISOString() };
      }),
    );
    return { parts: signed, expiresAt: expiresAt.toISOString() };
  }

  /** @throws Problem as `sign`; UPLOAD_ENDED, INVALID_CURSOR */
  async list(id: string, { limit, cursor }: PartsQuery, caller: Caller): Promise<StoredParts> {
    const upload = await this.find(id, caller);
    const multipart = { key: upload.objectKey, id: upload.multipartId };
    const found = await this.store.multipart.parts(multipart, decode(cursor));
    if (!found)
      throw new Problem('UPLOAD_ENDED', 'Its parts have been put together, or removed: complete it, or begin anew.');
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: last && last.number < partCount(upload) ? encode(last.number) : null };
  }

  private async find(id: string, caller: Caller): Promise<InParts> {
    const upload = await findUpload(this.database, id, caller);
    const { partSize, multipartId } = upload;
    if (partSize === null)
      throw new Problem('UPLOAD_NOT_IN_PARTS', 'This upload has one URL; see POST /uploads/multipart.');
    if (upload.state === 'COMPLETED') throw new Problem('UPLOAD_COMPLETED', 'The upload has become an asset.');
    refuseEnded(upload);
    // Its beginning has failed half-way, and whoever asked was told so.
    if (multipartId === null) throw new Problem('UPLOAD_ENDED', 'This upload was never begun; begin a new one.');
    return { ...upload, partSize, multipartId };
  }

  /** An upload lives as long as parts are asked for, by the database's clock. */
  private async prolong({ id, tenantId }: Upload): Promise<{ expiresAt: Date; secondsLeft: number }> {
    const [row] = await this.database.query<{ expiresAt: Date; secondsLeft: number }>(
      'prolong-upload',
      `UPDATE uploads SET expires_at = LEAST(now() + make_interval(secs => $3), created_at + $4::interval)
       WHERE id = $1 AND tenant_id = $2 AND state = 'WAITING'
       RETURNING expires_at AS "expiresAt", floor(extract(epoch FROM expires_at - now()))::int AS "secondsLeft"`,
      [id, tenantId, this.settings.UPLOAD_PARTS_TTL_SECONDS, LONGEST],
    );
    if (!row) throw new Problem('UPLOAD_EXPIRED', 'This upload has ended meanwhile; begin a new one.');
    return row;
  }
}

const encode = (number: number): string => Buffer.from(String(number)).toString('base64url');

/** @throws Problem INVALID_CURSOR */
function decode(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!/^\d{1,5}$/.test(text))
    throw new Problem('INVALID_CURSOR', 'Use a nextCursor as it was given, or leave the cursor out.');
  return Number(text);
}
