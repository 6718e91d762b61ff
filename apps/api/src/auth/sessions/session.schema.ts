import { z } from 'zod';
import { pageQuery } from '../../http/page.js';

export const sessionSchema = z
  .object({
    id: z.uuid(),
    userAgent: z.string().nullable(),
    ip: z.string().nullable(),
    createdAt: z.iso.datetime().meta({ description: 'When the device signed in' }),
    lastUsedAt: z.iso.datetime().meta({ description: 'When it last fetched a new access token' }),
    expiresAt: z.iso.datetime().meta({ description: 'When it will be signed out unless it is used before' }),
    current: z.boolean().meta({ description: 'Whether this request was made by it' }),
  })
  .meta({ id: 'Session' });

export const sessionListQuery = z.strictObject(pageQuery);

export type SessionView = z.infer<typeof sessionSchema>;
export type SessionListQuery = z.infer<typeof sessionListQuery>;
