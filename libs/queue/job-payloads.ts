import { z } from 'zod';
import type { JobKind } from './job-kinds.js';

/** A prefix of two ids: a payload gone wrong must not empty a tenant or the store. */
const assetFolder = z.string().regex(/^[0-9a-f-]{36}\/[0-9a-f-]{36}\/$/);
/** What somebody has uploaded: the file, as it came or without its location, or captions. */
const original = z
  .string()
  .regex(/^[0-9a-f-]{36}\/[0-9a-f-]{36}\/(?:original(?:-[0-9a-f-]{1,36})?|captions\/[0-9a-f-]{36}\.vtt)$/);
const version = z.int().positive();

/** What each kind is told besides its tenant and asset, as its row has it. */
export const jobPayloads = {
  /** `content`: of a replacement, which takes the place of what is served when it is READY. */
  'process-asset': z.object({ version, content: version.optional() }),
  'make-variant': z.object({ variantId: z.uuid() }),
  'transcode-video': z.object({ version }),
  'fetch-url': z.object({ uploadId: z.uuid() }),
  /**
   * All below a prefix; or what versions of the processing before one have made of an asset; or originals by key and
   * all that was made of some assets. Strict, each with names of its own: what is not understood, whole, deletes nothing.
   */
  'delete-objects': z.union([
    z.strictObject({ prefix: assetFolder }),
    z.strictObject({ versionsOf: assetFolder, before: version }),
    z.strictObject({ originals: z.array(original).readonly(), outputsOf: z.array(assetFolder).readonly() }),
  ]),
  'strip-location': z.strictObject({}),
  'fan-out-post': z.strictObject({ postId: z.uuid() }),
  'export-account': z.object({ exportId: z.uuid() }),
  /** `withTenant`: it was the tenant's only member. */
  'erase-account': z.strictObject({ userId: z.uuid(), withTenant: z.boolean() }),
} as const satisfies Record<JobKind, z.ZodType>;

export type JobPayloads = { [Kind in JobKind]: z.input<(typeof jobPayloads)[Kind]> };
