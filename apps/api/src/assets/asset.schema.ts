import { z } from 'zod';
import { aboutView } from './about.schema.js';

export const assetStatus = z.enum(['PENDING', 'PROCESSING', 'READY', 'FAILED']);
export const assetKind = z.enum(['IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT', 'OTHER']);

const summary = {
  id: z.uuid(),
  ownerId: z.uuid().meta({ description: 'Of the user who uploaded it' }),
  objectKey: z.string(),
  filename: z.string(),
  ...aboutView,
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
  publicUrl: z.string().nullable().meta({ description: 'Stable, for everybody, while it is public' }),
  thumbnailUrl: z.string().nullable().meta({ description: 'WebP, signed' }),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  readyAt: z.iso.datetime().nullable(),
};

const streaming = z
  .object({
    status: z.enum(['PENDING', 'PROCESSING', 'READY', 'FAILED']),
    percent: z.int().meta({ description: 'Of all renditions together' }),
    speed: z.number().nullable().meta({ description: 'Seconds of film a second' }),
    remainingSeconds: z.int().nullable(),
    currentRendition: z
      .string()
      .nullable()
      .meta({ description: 'Of those under way the lowest', examples: ['hls-720p'] }),
    failure: z.object({ code: z.string(), reason: z.string() }).nullable(),
    renditions: z
      .array(
        z.object({
          kind: z.string(),
          size: z.int().meta({ description: 'Bytes of all its segments' }),
          width: z.int().nullable(),
          height: z.int().nullable(),
          bandwidth: z.int().nullable().meta({ description: 'Bits a second at its peak' }),
          frameRate: z.number().nullable(),
          codecs: z.string().nullable().meta({ description: 'RFC 6381' }),
        }),
      )
      .meta({ description: 'What can be watched already, lowest first' }),
  })
  .nullable()
  .meta({ description: 'Its streams; null for what is neither film nor sound' });

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
    animatedPreviewUrl: z.string().nullable().meta({ description: 'A few seconds of a film as WebP, signed' }),
    mp4Url: z.string().nullable().meta({ description: 'The film as one MP4 to download, signed' }),
    storyboardUrl: z.string().nullable().meta({
      description:
        'Small pictures of a film in rows, as one JPEG, signed; POST …/play has the WebVTT track for players',
    }),
    renditions: z
      .array(
        z.object({
          kind: z.string().meta({ examples: ['thumbnail', 'preview'] }),
          mimeType: z.string(),
          size: z.int().meta({ description: 'Bytes' }),
          width: z.int().nullable(),
          height: z.int().nullable(),
          url: z.string().meta({ description: 'Signed' }),
        }),
      )
      .meta({ description: 'Every file that was made of it, its streams apart' }),
    streaming,
    captions: z.array(z.object({ language: z.string(), label: z.string() })),
    waveformImageUrl: z.string().nullable().meta({ description: 'The same drawn, as PNG, signed' }),
    waveformUrl: z
      .string()
      .nullable()
      .meta({ description: 'Peaks of a sound as JSON (the format of audiowaveform, version 2), signed' }),
  })
  .meta({ id: 'Asset' });

export type AssetSummary = z.infer<typeof assetSummarySchema>;
export type AssetView = z.infer<typeof assetSchema>;
