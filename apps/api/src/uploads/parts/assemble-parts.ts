import { Inject, Injectable } from '@nestjs/common';
import type { Upload } from '#libs/database/generated/client.js';
import { allParts, MultipartEndedError, PartsChangedError } from '#libs/storage/multipart.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';
import { Problem } from '../../problem/problem.js';
import { partCount, sizeOfPart } from './part-plan.js';

/** So many missing parts are named. */
const NAMED = 20;

/** Makes the parts of an upload one object. */
@Injectable()
export class AssembleParts {
  /** On their way in this process: those that ask meanwhile wait for the same. */
  private readonly running = new Map<string, Promise<void>>();

  constructor(@Inject(OBJECT_STORE) private readonly store: ObjectStore) {}

  /**
   * Does nothing for an upload without parts, and for one whose parts are no longer there: they have been put together
   * before, or the store will say that there is nothing.
   * @throws Problem UPLOAD_PARTS_MISSING; StoreUnavailableError
   */
  async run(upload: Upload): Promise<void> {
    const { id, partSize, multipartId } = upload;
    if (partSize === null || multipartId === null) return;
    let assembling = this.running.get(id);
    if (!assembling) {
      assembling = this.assemble({ ...upload, partSize, multipartId }).finally(() => this.running.delete(id));
      this.running.set(id, assembling);
    }
    await assembling;
  }

  private async assemble(upload: Upload & { partSize: number; multipartId: string }): Promise<void> {
    const multipart = { key: upload.objectKey, id: upload.multipartId };
    const parts = await allParts(this.store.multipart, multipart);
    if (!parts) return;
    const sizes = new Map(parts.map(({ number, size }) => [number, size]));
    const missing: number[] = [];
    for (let number = 1; number <= partCount(upload); number++)
      if (sizes.get(number) !== sizeOfPart(upload, number)) missing.push(number);
    if (missing.length > 0) {
      // Some stores know no parts of what they have put together, rather than not knowing it any longer.
      if (await this.store.head(upload.objectKey)) return;
      const named = missing.slice(0, NAMED).join(', ') + (missing.length > NAMED ? ', …' : '');
      const of = `${missing.length} of ${partCount(upload)} parts`;
      throw new Problem('UPLOAD_PARTS_MISSING', `${of} have not arrived: ${named}.`);
    }
    try {
      await this.store.multipart.complete(multipart, parts);
    } catch (error) {
      if (error instanceof PartsChangedError)
        throw new Problem('UPLOAD_PARTS_MISSING', 'A part was sent again meanwhile; complete when it has arrived.', {
          cause: error,
        });
      if (!(error instanceof MultipartEndedError)) throw error;
    }
  }
}
