import { z } from 'zod';
import type { ApiKey } from '#libs/database/generated/client.js';
import { KEY_SCOPES, type KeyScope } from '../http/access.js';
import { pageQuery } from '../http/page.js';
import { displayName } from '../http/text.js';

const scopes = z
  .array(z.enum(KEY_SCOPES))
  .min(1, 'name at least one scope')
  .max(KEY_SCOPES.length)
  .refine((names) => new Set(names).size === names.length, 'each scope once')
  .meta({ description: 'What the key is good for; admin is good for all', examples: [['upload', 'read']] });

export const createApiKeySchema = z
  .strictObject({
    name: displayName.meta({ description: 'For people', examples: ['website'] }),
    scopes,
    expiresAt: z.iso
      .datetime({ offset: true })
      .refine((at) => Date.parse(at) > Date.now(), 'expected a time to come')
      .refine((at) => Date.parse(at) < Date.UTC(10_000, 0), 'expected a year of four digits')
      .optional(),
  })
  .meta({ id: 'CreateApiKey' });

export const apiKeySchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string().meta({ description: 'How the key begins', examples: ['mik_3kX9a'] }),
    scopes: z.array(z.enum(KEY_SCOPES)),
    userId: z.uuid().meta({ description: 'Who made it' }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable().meta({ description: 'To the minute' }),
  })
  .meta({ id: 'ApiKey' });

export const createdApiKeySchema = apiKeySchema
  .extend({ key: z.string().meta({ description: 'Shown now and never again; send it as Authorization: Bearer …' }) })
  .meta({ id: 'CreatedApiKey' });

export const apiKeyListQuery = z.strictObject(pageQuery);

export type CreateApiKeyInput = z.infer<typeof createApiKeySchema>;
export type ApiKeyView = z.infer<typeof apiKeySchema>;
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>;
export type ApiKeyListQuery = z.infer<typeof apiKeyListQuery>;

export function toApiKeyView(key: Omit<ApiKey, 'hash' | 'tenantId'>): ApiKeyView {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes as KeyScope[],
    userId: key.userId,
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  };
}
