import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Commit, JobHandler } from '#libs/queue/job-runner.js';
import type { LeasedJob } from '#libs/queue/leases.js';
import { versionOf } from '#libs/storage/keys.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';

/** A prefix of two ids: a payload gone wrong must not empty a tenant or the store. */
const asset = z.string().regex(/^[0-9a-f-]{36}\/[0-9a-f-]{36}\/$/);

/** Strict, each with names of its own: what is not understood, whole, deletes nothing. */
const payloadSchema = z.union([
  z.strictObject({ prefix: asset }),
  z.strictObject({ versionsOf: asset, before: z.int().positive() }),
]);

const BATCH = 500;

/** Removes everything below a prefix, or what older versions of the processing have made of an asset. */
@Injectable()
export class DeleteObjectsHandler implements JobHandler {
  constructor(@Inject(OBJECT_STORE) private readonly store: ObjectStore) {}

  async run(job: LeasedJob, signal: AbortSignal): Promise<Commit> {
    const { prefix, isDoomed } = read(job.payload);
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
    return () => Promise.resolve([]);
  }
}

function read(json: unknown): { prefix: string; isDoomed: (key: string) => boolean } {
  const payload = payloadSchema.parse(json);
  if ('prefix' in payload) return { prefix: payload.prefix, isDoomed: () => true };
  const { versionsOf, before } = payload;
  return { prefix: versionsOf, isDoomed: (key) => versionOf(key) > 0 && versionOf(key) < before };
}
