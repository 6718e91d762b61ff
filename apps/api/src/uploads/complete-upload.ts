import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database, type Transaction } from '#libs/database/database.js';
import type { Upload } from '#libs/database/generated/client.js';
import { failpoint } from '#libs/lifecycle/failpoint.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { enqueue, type JobToken } from '#libs/queue/enqueue.js';
import { assetPrefix } from '#libs/storage/keys.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { acceptUpload } from '#libs/uploads/accept-upload.js';
import { AssetViews, withRenditions } from '../assets/asset-views.js';
import { live } from '../assets/readable.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import { Problem } from '../problem/problem.js';
import { inspectObject, type Inspection } from './inspect-object.js';
import { AssembleParts } from './parts/assemble-parts.js';
import { refuseEnded } from './refuse-ended.js';
import type { Completed, CompleteInput } from './upload.schema.js';

/** For as long as an upload that is being put together does not expire. */
const ASSEMBLED_WITHIN = '1 hour';

/** Accepts the bytes of an upload: checks them, then makes the asset and its job in one transaction. */
@Injectable()
export class CompleteUpload {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly views: AssetViews,
    private readonly assembleParts: AssembleParts,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** `created` is false when the upload had been completed before; the answer is the same. */
  async run(input: CompleteInput, caller: Caller, origin: Origin): Promise<{ created: boolean; body: Completed }> {
    const upload = await this.find(input, caller);
    if (upload.state === 'COMPLETED') return this.answer(upload, false);
    refuseEnded(upload);
    if (upload.partSize !== null) {
      if (!(await this.holdOpen(upload))) return this.answer(upload, false);
      await this.assembleParts.run(upload);
    }
    const found = await inspectObject(this.store, upload, this.settings.UPLOAD_ACCEPTED_TYPES);
    if ('problem' in found) return this.reject(upload, found.problem, caller, origin);
    const { created, tokens } = await this.database.transaction((tx) => this.accept(tx, upload, found, caller, origin));
    failpoint('complete:before-dispatch');
    await this.dispatcher.dispatch(tokens);
    return this.answer(upload, created);
  }

  /** Putting a large file together takes minutes: it must not expire meanwhile. Whether it is waited for still. */
  private async holdOpen({ id, tenantId }: Upload): Promise<boolean> {
    const held = await this.database.client.$executeRaw`
      UPDATE uploads SET expires_at = GREATEST(expires_at, now() + ${ASSEMBLED_WITHIN}::interval)
      WHERE id = ${id}::uuid AND tenant_id = ${tenantId}::uuid AND state = 'WAITING'`;
    return held > 0;
  }

  private async find(input: CompleteInput, caller: Caller): Promise<Upload> {
    const upload = await this.database.client.upload.findFirst({
      where: {
        tenantId: caller.tenantId,
        ownerId: caller.userId,
        ...(input.uploadId !== undefined ? { id: input.uploadId } : { objectKey: input.objectKey ?? '' }),
      },
    });
    if (!upload) throw new Problem('UPLOAD_NOT_FOUND', 'There is no such upload of this account.');
    return upload;
  }

  /** The object goes first: should the rest fail, the upload is as if it had never arrived. */
  private async reject(upload: Upload, problem: Problem, caller: Caller, origin: Origin): Promise<never> {
    if (problem.code === 'UPLOAD_NOT_FOUND_IN_STORE') throw problem;
    await this.store.delete([upload.objectKey]);
    await this.database.transaction(async (tx) => {
      const { count } = await tx.upload.updateMany({
        where: { id: upload.id, tenantId: upload.tenantId, state: 'WAITING' },
        data: { state: 'REJECTED', rejectionCode: problem.code, rejectionReason: problem.detail },
      });
      if (count === 0) return;
      const subject = { type: 'upload', id: upload.id } as const;
      const payload = { code: problem.code, detail: problem.detail };
      await recordAudit(tx, { action: 'upload.rejected', actor: caller, subject, payload }, origin);
      // The URL is good until it expires: whatever is put there once more goes too.
      await enqueue(tx, {
        kind: 'delete-objects',
        tenantId: upload.tenantId,
        payload: { prefix: assetPrefix(upload.tenantId, upload.assetId) },
        runAt: new Date(Date.now() + this.settings.UPLOAD_URL_TTL_SECONDS * 1000),
      });
    });
    throw problem;
  }

  /** One winner however many ask at once: only he finds the upload WAITING. */
  private async accept(
    tx: Transaction,
    upload: Upload,
    found: Inspection,
    caller: Caller,
    origin: Origin,
  ): Promise<{ created: boolean; tokens: JobToken[] }> {
    const content = { ...found, size: upload.size };
    const { JOB_LEASE_SECONDS: leaseSeconds, UPLOAD_DEDUPLICATE: deduplicate } = this.settings;
    const accepted = await acceptUpload(tx, upload, content, { leaseSeconds, deduplicate });
    if (!accepted) return { created: false, tokens: [] };
    const { assetId, tokens } = accepted;
    const subject = { type: 'upload', id: upload.id } as const;
    await recordAudit(tx, { action: 'upload.completed', actor: caller, subject, payload: { assetId } }, origin);
    failpoint('complete:before-commit');
    return { created: true, tokens };
  }

  /** What there is to say of an upload that is COMPLETED. */
  async answer(upload: Upload, created: boolean): Promise<{ created: boolean; body: Completed }> {
    const { state, becameAssetId, becameVersion } = await this.database.client.upload.findFirstOrThrow({
      where: { id: upload.id, tenantId: upload.tenantId },
      select: { state: true, becameAssetId: true, becameVersion: true },
    });
    if (state !== 'COMPLETED') throw new Problem('UPLOAD_EXPIRED', 'This upload has ended; presign a new one.');
    const row = await this.database.client.asset.findFirst({
      where: { id: becameAssetId ?? upload.assetId, tenantId: upload.tenantId, ...live() },
      include: withRenditions,
    });
    if (!row) throw new Problem('ASSET_NOT_FOUND', 'The asset of this upload has been deleted.');
    const asset = await this.views.full(row);
    const { id: assetId, objectKey, status } = row;
    return { created, body: { assetId, objectKey, status, version: becameVersion ?? 1, asset } };
  }
}
