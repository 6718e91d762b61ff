import { z } from 'zod';
import { pageQuery } from '../http/page.js';

export const assetStatus = z.enum(['PENDING', 'PROCESSING', 'READY', 'FAILED']);
export const assetKind = z.enum(['IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT', 'OTHER']);

const summary = {
  id: z.uuid(),
  objectKey: z.string(),
  filename: z.string(),
  mimeType: z.string().meta({ description: 'As found in the bytes' }),
  kind: assetKind,
  size: z.int().meta({ description: 'Bytes' }),
  status: assetStatus,
  failure: z
    .object({ code: z.string(), reason: z.string() })
    .nullable()
    .meta({ description: 'Why it FAILED, for the person who uploaded it' }),
  width: z.int().nullable().meta({ description: 'Pixels, as shown' }),
  height: z.int().nullable().meta({ description: 'Pixels, as shown' }),
  thumbhash: z.string().nullable().meta({ description: 'ThumbHash placeholder, base64' }),
  thumbnailUrl: z.string().nullable().meta({ description: 'WebP, signed' }),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  readyAt: z.iso.datetime().nullable(),
};

export const assetSummarySchema = z.object(summary).meta({ id: 'AssetSummary' });

export const assetSchema = z
  .object({
    ...summary,
    sha256: z.string().nullable().meta({ description: 'Hex' }),
    metadata: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'Format, colour, camera, lens, exposure, GPS' }),
    warnings: z
      .array(z.object({ code: z.string(), detail: z.string() }))
      .meta({ description: 'What is odd about the file but did not stop it' }),
    downloadUrl: z.string().meta({ description: 'The original, signed' }),
    previewUrl: z.string().nullable().meta({ description: 'WebP, signed' }),
    waveformUrl: z
      .string()
      .nullable()
      .meta({ description: 'Peaks of a sound as JSON (the format of audiowaveform, version 2), signed' }),
  })
  .meta({ id: 'Asset' });

export const assetListQuery = z.strictObject({
  ...pageQuery,
  status: assetStatus.optional(),
  kind: assetKind.optional(),
  mimeType: z.string().max(127).optional(),
  search: z.string().trim().min(1).max(200).optional().meta({ description: 'Part of the file name' }),
});

export type AssetListQuery = z.infer<typeof assetListQuery>;
export type AssetSummary = z.infer<typeof assetSummarySchema>;
export type AssetView = z.infer<typeof assetSchema>;
