import { z } from 'zod';
import { pageQuery } from '../../http/page.js';
import { tenantSchema, tenantUsageSchema } from '../tenant.schema.js';

/** As an administrator sees it. */
export const tenantEntrySchema = tenantSchema
  .extend({
    suspendedAt: z.iso.datetime().nullable(),
    members: z.int(),
    usage: tenantUsageSchema,
  })
  .meta({ id: 'TenantEntry' });

export const tenantListQuery = z.strictObject({
  ...pageQuery,
  search: z.string().trim().min(1).max(100).optional().meta({ description: 'Part of the name' }),
  suspended: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
});

const limit = z.int().min(0).nullable().optional().meta({ description: 'null: as the settings say; 0: no limit' });

export const limitsSchema = z
  .strictObject({
    bytes: limit,
    files: limit,
    monthlyUploads: limit,
    transcodeMinutes: limit,
    streamLimit: z
      .int()
      .min(0)
      .max(1_000)
      .nullable()
      .optional()
      .meta({ description: 'Streams that each account may watch at once; null: as the settings say; 0: none' }),
  })
  .refine((limits) => Object.keys(limits).length > 0, 'name a limit')
  .meta({ id: 'TenantLimits' });

export type TenantEntry = z.infer<typeof tenantEntrySchema>;
export type TenantListQuery = z.infer<typeof tenantListQuery>;
export type TenantLimits = z.infer<typeof limitsSchema>;
