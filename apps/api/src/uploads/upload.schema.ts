import { z } from 'zod';
import { partPlanSchema } from './parts/parts.schema.js';
import { about, filename, isWhole, WHOLE } from '../assets/about.schema.js';
import { assetSchema } from '../assets/asset.schema.js';

const contentType = z
  .string()
  .max(127)
  .transform((text) => (text.split(';', 1)[0] ?? '').trim().toLowerCase())
  .refine((type) => /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(type), 'expected a MIME type such as image/jpeg')
  .meta({ description: 'MIME type of the file', examples: ['image/jpeg'] });

export const sha256Hash = z
  .string()
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')
  .optional()
  .meta({ description: 'SHA-256 of the file, hex; when given, other bytes are refused' });

export const presignSchema = z
  .strictObject({
    filename,
    contentType,
    fileSize: z
      .int('expected a whole number of bytes')
      .positive('an empty file cannot be uploaded')
      .meta({ description: 'Exact size in bytes', examples: [2_480_113] }),
    sha256Hash,
    ...about,
  })
  .refine(isWhole, WHOLE)
  .meta({ id: 'PresignUpload' });

export const presignedSchema = z
  .object({
    uploadId: z.uuid(),
    objectKey: z.string(),
    uploadUrl: z.string(),
    method: z.literal('PUT'),
    headers: z.record(z.string(), z.string()).meta({ description: 'Send exactly these with the PUT: they are signed' }),
    expiresIn: z.int().meta({ description: 'Seconds' }),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'PresignedUpload' });

export const completeSchema = z
  .strictObject({ uploadId: z.uuid().optional(), objectKey: z.string().max(300).optional() })
  .refine(
    ({ uploadId, objectKey }) => (uploadId === undefined) !== (objectKey === undefined),
    'give either uploadId or objectKey',
  )
  .meta({ id: 'CompleteUpload' });

export const completedSchema = z
  .object({
    assetId: z.uuid(),
    objectKey: z.string(),
    status: z.enum(['PENDING', 'PROCESSING', 'READY', 'FAILED']),
    version: z.int().meta({
      description: 'Of the content that these bytes are; more than 1: of a file that was there under this name',
    }),
    asset: assetSchema,
  })
  .meta({ id: 'CompletedUpload' });

export const uploadSchema = z
  .object({
    uploadId: z.uuid(),
    state: z.enum(['WAITING', 'COMPLETED', 'REJECTED', 'EXPIRED', 'CANCELLED']),
    objectKey: z.string(),
    filename: z.string(),
    contentType: z.string(),
    fileSize: z.int().meta({ description: 'Bytes; of a file that is being fetched: those that are reserved for it' }),
    sha256Hash: z.string().nullable(),
    parts: partPlanSchema.nullable().meta({ description: 'null of what comes in one piece' }),
    rejectionCode: z.string().nullable(),
    rejectionReason: z.string().nullable(),
    assetId: z.uuid().nullable().meta({ description: 'Set once the upload is completed' }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    completedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Upload' });

export type PresignInput = z.infer<typeof presignSchema>;
export type Presigned = z.infer<typeof presignedSchema>;
export type CompleteInput = z.infer<typeof completeSchema>;
export type Completed = z.infer<typeof completedSchema>;
export type UploadView = z.infer<typeof uploadSchema>;
