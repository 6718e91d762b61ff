import { z } from 'zod';
import type { Tenant } from '#libs/database/generated/client.js';
import { displayName } from '../http/text.js';

export const tenantSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    defaultExpirySeconds: z
      .int()
      .nullable()
      .meta({ description: 'How long files stay whose uploader says nothing of it; null: for ever' }),
    streamLimit: z
      .int()
      .nullable()
      .meta({ description: 'Streams that each of its accounts may watch at once; null: as the installation has it' }),
    stripLocation: z
      .boolean()
      .meta({ description: 'Where pictures were taken is neither kept nor shown nor delivered' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Tenant' });

/** A minute at least, ten years at most. */
const defaultExpirySeconds = z
  .int()
  .min(60)
  .max(10 * 365 * 86_400)
  .nullable()
  .meta({ description: 'Of files that are uploaded from now on; null: they stay' });

export const changeTenantSchema = z
  .strictObject({
    name: displayName.optional(),
    defaultExpirySeconds: defaultExpirySeconds.optional(),
    stripLocation: z.boolean().optional(),
  })
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

type Shown = Pick<Tenant, 'id' | 'name' | 'defaultExpirySeconds' | 'streamLimit' | 'stripLocation' | 'createdAt'>;

export const toTenantView = ({
  id,
  name,
  defaultExpirySeconds: expiry,
  streamLimit,
  stripLocation,
  createdAt,
}: Shown): TenantView => ({
  id,
  name,
  defaultExpirySeconds: expiry,
  streamLimit,
  stripLocation,
  createdAt: createdAt.toISOString(),
});
