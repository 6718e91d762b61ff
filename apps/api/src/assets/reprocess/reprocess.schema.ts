import { z } from 'zod';
import { instant } from '../../http/instant.js';
import { assetKind, assetStatus } from '../asset.schema.js';

const mimeType = z
  .string()
  .max(127)
  .regex(/^[\w.+-]+\/[\w.+-]+$/, 'expected a type such as image/jpeg');

export const reprocessSchema = z
  .strictObject({
    status: assetStatus.optional(),
    kind: assetKind.optional(),
    mimeType: mimeType.optional().meta({ description: 'As found in the bytes' }),
    tenantId: z.uuid().optional(),
    assetIds: z.array(z.uuid()).min(1).max(1000).optional(),
    createdFrom: instant.optional().meta({ description: 'Not before this' }),
    createdTo: instant.optional().meta({ description: 'Before this' }),
  })
  .meta({ id: 'ReprocessAssets', description: 'Which assets: those that all of it is true of' });

export const reprocessedSchema = z
  .object({ queued: z.int().meta({ description: 'Assets; those that were to be processed anyway are not counted' }) })
  .meta({ id: 'ReprocessedAssets' });

export type ReprocessFilter = z.infer<typeof reprocessSchema>;
export type Reprocessed = z.infer<typeof reprocessedSchema>;
