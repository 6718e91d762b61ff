import { z } from 'zod';
import { pageOf } from '../../http/page.js';
import { MOST_PARTS } from '#libs/storage/multipart.js';

/** As many URLs as may be asked for at once: they are to be used before they expire. */
const MOST_URLS = 100;

export const partPlanSchema = z
  .object({
    size: z.int().meta({ description: 'Bytes of every part but the last, which has what is left' }),
    count: z.int().meta({ description: 'Parts are numbered from 1 to this' }),
  })
  .meta({ id: 'UploadPartPlan' });

export const begunSchema = z
  .object({
    uploadId: z.uuid(),
    objectKey: z.string(),
    parts: partPlanSchema,
    expiresAt: z.iso.datetime().meta({ description: 'Later with every request for URLs of parts' }),
  })
  .meta({ id: 'MultipartUpload' });

const number = z.int().min(1).max(MOST_PARTS).meta({ description: 'From 1' });

export const partUrlsSchema = z
  .strictObject({
    parts: z
      .array(
        z.strictObject({
          number,
          md5Hash: z
            .string()
            .toLowerCase()
            .regex(/^[0-9a-f]{32}$/, 'expected 32 hexadecimal digits')
            .optional()
            .meta({ description: 'MD5 of the part, hex; when given, other bytes are refused' }),
        }),
      )
      .min(1)
      .max(MOST_URLS)
      .refine((parts) => new Set(parts.map((part) => part.number)).size === parts.length, 'a number is there twice'),
  })
  .meta({ id: 'AskForPartUrls' });

export const signedPartsSchema = z
  .object({
    parts: z.array(
      z.object({
        number: z.int(),
        size: z.int().meta({ description: 'Bytes; the URL takes exactly so many' }),
        uploadUrl: z.string(),
        method: z.literal('PUT'),
        headers: z.record(z.string(), z.string()).meta({ description: 'Send exactly these with the PUT' }),
        expiresAt: z.iso.datetime().meta({ description: 'Of this URL' }),
      }),
    ),
    expiresAt: z.iso.datetime().meta({ description: 'Of the upload' }),
  })
  .meta({ id: 'SignedUploadParts' });

export const partsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  cursor: z.string().max(20).optional(),
});

export const storedPartsSchema = pageOf(
  'UploadPartPage',
  z.object({ number: z.int(), size: z.int(), etag: z.string() }).meta({ id: 'UploadPart' }),
);

export type Begun = z.infer<typeof begunSchema>;
export type PartUrlsInput = z.infer<typeof partUrlsSchema>;
export type SignedParts = z.infer<typeof signedPartsSchema>;
export type PartsQuery = z.infer<typeof partsQuery>;
export type StoredParts = z.infer<typeof storedPartsSchema>;
