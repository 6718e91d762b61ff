import { z } from 'zod';
import type { Tenant } from '#libs/database/generated/client.js';
import { displayName } from '../http/text.js';

export const tenantSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Tenant' });

export const changeTenantSchema = z
  .strictObject({ name: displayName.optional() })
  .refine((change) => Object.keys(change).length > 0, 'name something to change')
  .meta({ id: 'ChangeTenant' });

const usageSchema = z.object({
  used: z.number(),
  limit: z.number().nullable().meta({ description: 'null: no limit' }),
});

export const tenantUsageSchema = z
  .object({
    bytes: usageSchema.meta({ description: 'Of files, and of uploads that are waited for' }),
    files: usageSchema,
    monthlyUploads: usageSchema.meta({ description: 'Begun in this calendar month, UTC' }),
    transcodeMinutes: usageSchema.meta({ description: 'Of this calendar month, UTC' }),
  })
  .meta({ id: 'TenantUsage' });

export type ChangeTenantInput = z.infer<typeof changeTenantSchema>;
export type TenantView = z.infer<typeof tenantSchema>;
export type TenantUsage = z.infer<typeof tenantUsageSchema>;

export const toTenantView = ({ id, name, createdAt }: Tenant): TenantView => ({
  id,
  name,
  createdAt: createdAt.toISOString(),
});
