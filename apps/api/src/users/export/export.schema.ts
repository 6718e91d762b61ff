import { z } from 'zod';

export const exportSchema = z
  .object({
    id: z.uuid(),
    state: z.enum(['PENDING', 'READY', 'FAILED']),
    size: z.int().nullable().meta({ description: 'Bytes' }),
    failureReason: z.string().nullable(),
    createdAt: z.iso.datetime(),
    readyAt: z.iso.datetime().nullable(),
    expiresAt: z.iso.datetime().nullable().meta({ description: 'When it is removed' }),
    downloadUrl: z.string().nullable().meta({ description: 'Signed, for a while: ask again rather than store it' }),
  })
  .meta({ id: 'AccountExport' });

export type ExportView = z.infer<typeof exportSchema>;
