import { Inject, Injectable } from '@nestjs/common';
import { jobPayloads } from '#libs/queue/job-payloads.js';
import type { Commit, JobHandler } from '#libs/queue/job-runner.js';
import type { LeasedJob } from '#libs/queue/leases.js';
import { isCaptionsKey, versionOf } from '#libs/storage/keys.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';

const BATCH = 500;

/** Removes what its payload names: all below a prefix, outputs of assets, originals. */
@Injectable()
export class DeleteObjectsHandler implements JobHandler {
  constructor(@Inject(OBJECT_STORE) private readonly store: ObjectStore) {}

  async run(job: LeasedJob, signal: AbortSignal): Promise<Commit> {
    const payload = jobPayloads['delete-objects'].parse(job.payload);
    if ('prefix' in payload) {
      await this.abortBelow(payload.prefix, signal);
      await this.removeBelow(payload.prefix, () => true, signal);
    } else if ('versionsOf' in payload) {
      const { versionsOf, before } = payload;
      await this.removeBelow(versionsOf, (key) => isOutput(key) && versionOf(key) < before, signal);
    } else {
      const isOfAsset = (key: string) => isOutput(key) || isCaptionsKey(key);
      for (const prefix of payload.outputsOf) await this.removeBelow(prefix, isOfAsset, signal);
      if (payload.originals.length > 0) await this.store.delete(payload.originals);
    }
    return () => Promise.resolve([]);
  }

  /** What was to come there in parts: first, since it may still be put together. */
  private async abortBelow(prefix: string, signal: AbortSignal): Promise<void> {
    for await (const multipart of this.store.multipart.unfinished(prefix)) {
      signal.throwIfAborted();
      await this.store.multipart.abort(multipart);
    }
  }

  private async removeBelow(prefix: string, isDoomed: (key: string) => boolean, signal: AbortSignal): Promise<void> {
    let batch: string[] = [];
    for await (const { key } of this.store.list(prefix)) {
      signal.throwIfAborted();
      if (!isDoomed(key)) continue;
      batch.push(key);
      if (batch.length < BATCH) continue;
      await this.store.delete(batch);
      batch = [];
    }
    if (batch.length > 0) await this.store.delete(batch);
  }
}

const isOutput = (key: string): boolean => versionOf(key) > 0;
