import { z } from 'zod';
import { instant } from '../http/instant.js';
import { pageQuery } from '../http/page.js';
import { auditActions } from './record.js';

export const auditEntrySchema = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    actor: z
      .object({ id: z.uuid(), email: z.string().nullable().meta({ description: 'null when the account is gone' }) })
      .nullable()
      .meta({ description: 'null when nobody was signed in' }),
    tenantId: z.uuid().nullable(),
    action: z.string().meta({ description: 'What was done', examples: ['asset.deleted'] }),
    subject: z.object({ type: z.string(), id: z.string() }).nullable().meta({ description: 'What it was done to' }),
    payload: z.record(z.string(), z.unknown()).meta({ description: 'What else a person wants to know' }),
    ip: z.string().nullable(),
    requestId: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });

export const auditListQuery = z.strictObject({
  ...pageQuery,
  actor: z.union([z.uuid(), z.email().toLowerCase()]).optional().meta({ description: 'Id or e-mail of an account' }),
  action: z.enum(auditActions).optional(),
  subject: z
    .string()
    .max(200)
    .regex(/^[\w.:@-]+$/, 'expected an id')
    .optional()
    .meta({ description: 'Id of what it was done to' }),
  from: instant.optional().meta({ description: 'Not before this' }),
  to: instant.optional().meta({ description: 'Before this' }),
});

export type AuditEntryView = z.infer<typeof auditEntrySchema>;
export type AuditListQuery = z.infer<typeof auditListQuery>;
