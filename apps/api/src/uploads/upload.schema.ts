import { z } from 'zod';
import { assetSchema } from '../assets/asset.schema.js';

/** Characters that hide or reorder text: C0, DEL, C1, bidirectional controls, line separators. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const filename = z
  .string()
  .trim()
  .normalize('NFC')
  .min(1, 'the file name is empty')
  .max(255, 'the file name has more than 255 characters')
  .refine((name) => !/[/\\]/.test(name), 'the file name must not contain / or \\')
  .refine((name) => !INVISIBLE.test(name), 'the file name must not contain control or text-direction characters')
  .refine((name) => name !== '.' && name !== '..', 'the file name must not be . or ..')
  .refine((name) => name.isWellFormed(), 'the file name is not valid Unicode')
  .meta({
    description: 'Shown to people and suggested on download; never part of an address',
    examples: ['beach.jpg'],
  });

const contentType = z
  .string()
  .max(127)
  .transform((text) => (text.split(';', 1)[0] ?? '').trim().toLowerCase())
  .refine((type) => /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(type), 'expected a MIME type such as image/jpeg')
  .meta({ description: 'MIME type of the file', examples: ['image/jpeg'] });

export const presignSchema = z
  .strictObject({
    filename,
    contentType,
    fileSize: z
      .int('expected a whole number of bytes')
      .positive('an empty file cannot be uploaded')
      .meta({ description: 'Exact size in bytes', examples: [2_480_113] }),
    sha256Hash: z
      .string()
      .toLowerCase()
      .regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')
      .optional()
      .meta({ description: 'SHA-256 of the file, hex; when given, other bytes are refused' }),
  })
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
    asset: assetSchema,
  })
  .meta({ id: 'CompletedUpload' });

export const uploadSchema = z
  .object({
    uploadId: z.uuid(),
    state: z.enum(['WAITING', 'COMPLETED', 'REJECTED', 'EXPIRED']),
    objectKey: z.string(),
    filename: z.string(),
    contentType: z.string(),
    fileSize: z.int(),
    sha256Hash: z.string().nullable(),
    rejectionCode: z.string().nullable(),
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
