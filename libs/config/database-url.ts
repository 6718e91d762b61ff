import { SettingsError, settingsSchema } from './settings.js';

/**
 * DATABASE_URL alone, for commands that need no other setting: migrations, the first admin.
 * @throws SettingsError when it is missing or no PostgreSQL address
 */
export function readDatabaseUrl(environment: Record<string, string | undefined> = process.env): string {
  const parsed = settingsSchema.shape.DATABASE_URL.safeParse(environment.DATABASE_URL || undefined);
  if (parsed.success) return parsed.data;
  throw new SettingsError(`DATABASE_URL ${parsed.error.issues[0]?.message ?? 'is wrong'}`);
}
