import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Commit, JobHandler } from '#libs/queue/job-runner.js';
import type { LeasedJob } from '#libs/queue/leases.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { OBJECT_STORE } from '#libs/storage/storage.module.js';

/** A prefix of two ids: a payload gone wrong must not empty a tenant or the store. */
const payloadSchema = z.object({ prefix: z.string().regex(/^[0-9a-f-]{36}\/[0-9a-f-]{36}\/$/) });

const BATCH = 500;

/** Removes everything below a prefix. */
@Injectable()
export class DeleteObjectsHandler implements JobHandler {
  constructor(@Inject(OBJECT_STORE) private readonly store: ObjectStore) {}

  async run(job: LeasedJob, signal: AbortSignal): Promise<Commit> {
    const { prefix } = payloadSchema.parse(job.payload);
    let batch: string[] = [];
    for await (const { key } of this.store.list(prefix)) {
      signal.throwIfAborted();
      batch.push(key);
      if (batch.length < BATCH) continue;
      await this.store.delete(batch);
      batch = [];
    }
    if (batch.length > 0) await this.store.delete(batch);
    return () => Promise.resolve([]);
  }
}
