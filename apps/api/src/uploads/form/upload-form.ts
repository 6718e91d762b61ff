import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import type { Upload } from '#libs/database/generated/client.js';
import { failpoint } from '#libs/lifecycle/failpoint.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import { Quotas } from '#libs/quotas/quotas.js';
import { originalKey } from '#libs/storage/keys.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { acceptUpload } from '#libs/uploads/accept-upload.js';
import { GrowingRoom, RECEIVED_WITHIN_MS } from '#libs/uploads/growing-room.js';
import { RefusedUpload, tooLarge } from '#libs/uploads/refused-upload.js';
import { openIncoming, takeIn, type TakenIn } from '#libs/uploads/take-in.js';
import { recordAudit } from '../../audit/record.js';
import { LiveWorkers } from '../../health/live-workers.js';
import type { Caller, Origin } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import { invalid } from '../../problem/validation.js';
import { CompleteUpload } from '../complete-upload.js';
import { DescribeAsset } from '../describe-asset.js';
import { toProblem } from '../refusals.js';
import type { Completed } from '../upload.schema.js';
import { formLength } from './form-request.js';
import { parseFields, parseFilename } from './form.schema.js';
import { FORM_OVERHEAD_BYTES, pointerTo, readForm, type FormFile, type Fields } from './read-form.js';

/** What a door says of its files, where that is not for the form to say. */
export interface FormPreset {
  resource: string;
  resourceId: string;
  filename: string;
  acceptedTypes: readonly string[];
}

interface Received extends TakenIn {
  upload: Upload;
}

/** Takes a file in a form to the store while it comes, and makes its asset. */
@Injectable()
export class UploadForm {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly describeAsset: DescribeAsset,
    private readonly completeUpload: CompleteUpload,
    private readonly workers: LiveWorkers,
    private readonly quotas: Quotas,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem; QuotaExceededError, StoreUnavailableError */
  async run(
    request: FastifyRequest,
    reply: FastifyReply,
    caller: Caller,
    origin: Origin,
    preset?: FormPreset,
  ): Promise<Completed> {
    // At least so much of the body is the file.
    const least = (formLength(request) ?? 0) - FORM_OVERHEAD_BYTES;
    if (least > this.settings.UPLOAD_MAX_BYTES) throw toProblem(tooLarge(this.settings.UPLOAD_MAX_BYTES));
    const begun: Upload[] = [];
    try {
      if (request.headers.expect !== undefined) reply.raw.writeContinue();
      const form = await readForm(request.raw, (file, signal) =>
        this.receive(
          file,
          signal,
          async (row) => {
            const upload = await this.begin({ ...row, size: Math.max(row.size, least) }, caller);
            begun.push(upload);
            return upload;
          },
          preset,
        ),
      );
      const fields = preset ? presetFields(form.fields, preset) : form.fields;
      const accepted = await this.accept(fields, form.received, caller, origin);
      const { body } = await this.completeUpload.answer(accepted, true);
      return body;
    } catch (error) {
      for (const upload of begun) await this.forget(upload);
      throw error instanceof RefusedUpload ? toProblem(error) : error;
    }
  }

  private async receive(
    file: FormFile,
    signal: AbortSignal,
    begin: (row: Pick<Upload, 'filename' | 'contentType'> & { size: number }) => Promise<Upload>,
    preset?: FormPreset,
  ): Promise<Received> {
    const filename = preset?.filename ?? parseFilename(file.filename);
    const { UPLOAD_MAX_BYTES: maxBytes } = this.settings;
    const acceptedTypes = preset?.acceptedTypes ?? this.settings.UPLOAD_ACCEPTED_TYPES;
    const opened = await openIncoming(file.body, { filename, contentType: file.contentType }, acceptedTypes);
    if (await this.workers.noneCan(opened.mimeType))
      throw new Problem('FILE_TYPE_NOT_PROCESSABLE', `${opened.mimeType} cannot be processed here at the moment.`);
    const upload = await begin({ filename, contentType: opened.mimeType, size: opened.head.length });
    const room = new GrowingRoom(this.database, this.quotas, upload);
    const taken = await takeIn(this.store, opened, {
      key: upload.objectKey,
      maxBytes,
      hold: (bytes) => room.hold(bytes),
      signal,
    });
    failpoint('form:stored');
    return { ...taken, upload };
  }

  private begin(
    row: Pick<Upload, 'filename' | 'contentType'> & { size: number },
    { tenantId, userId: ownerId }: Caller,
  ): Promise<Upload> {
    const [id, assetId] = [uuidv7(), uuidv7()];
    const data = { ...row, id, assetId, tenantId, ownerId, objectKey: originalKey(tenantId, assetId) };
    return this.database.transaction(async (tx) => {
      const now = await this.quotas.makeRoom(tx, tenantId, row.size);
      const expiresAt = new Date(now.getTime() + RECEIVED_WITHIN_MS);
      return tx.upload.create({ data: { ...data, size: BigInt(row.size), expiresAt } });
    });
  }

  private async accept(fields: Fields, received: Received | null, caller: Caller, origin: Origin): Promise<Upload> {
    const { about, sha256Hash } = parseFields(fields, received !== null);
    if (received === null) throw new Error('a form without a file has passed');
    const { upload, ...content } = received;
    if (sha256Hash !== null && sha256Hash !== content.sha256)
      throw new Problem('CHECKSUM_MISMATCH', `The file's SHA-256 is ${content.sha256}; ${sha256Hash} was declared.`);
    const { JOB_LEASE_SECONDS: leaseSeconds, UPLOAD_DEDUPLICATE: deduplicate } = this.settings;
    const said = { ...(await this.describeAsset.run(about, caller.tenantId)), sha256: content.sha256 };
    const tokens = await this.database.transaction(async (tx) => {
      const { id, tenantId } = upload;
      const { count } = await tx.upload.updateMany({ where: { id, tenantId, state: 'WAITING' }, data: said });
      if (count === 0) throw new Problem('UPLOAD_EXPIRED', 'The upload has ended meanwhile; send the file again.');
      const whole = await tx.upload.findUniqueOrThrow({ where: { id, tenantId } });
      const accepted = await acceptUpload(tx, whole, content, { leaseSeconds, deduplicate });
      if (!accepted) throw new Problem('UPLOAD_EXPIRED', 'The upload has ended meanwhile; send the file again.');
      const subject = { type: 'upload', id } as const;
      const payload = { assetId: accepted.assetId, way: 'form' };
      await recordAudit(tx, { action: 'upload.completed', actor: caller, subject, payload }, origin);
      return accepted.tokens;
    });
    await this.dispatcher.dispatch(tokens);
    return upload;
  }

  /** What has come to nothing leaves nothing: no row, no room, no object. */
  private async forget({ id, tenantId, objectKey }: Upload): Promise<void> {
    const { count } = await this.database.client.upload.deleteMany({ where: { id, tenantId, state: 'WAITING' } });
    if (count > 0) await this.store.delete([objectKey]);
  }
}

/** Such a form has a file and nothing else. */
function presetFields(fields: Fields, { resource, resourceId }: FormPreset): Fields {
  const unknown = [...fields.keys()].map((name) => ({ detail: 'there is no such field', pointer: pointerTo(name) }));
  if (unknown.length > 0) throw invalid(unknown);
  return new Map([
    ['resource', [resource]],
    ['resourceId', [resourceId]],
  ]);
}
