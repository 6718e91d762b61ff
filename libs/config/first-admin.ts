import { z } from 'zod';
import { SettingsError, settingsSchema } from './settings.js';

const { ADMIN_EMAIL, ADMIN_PASSWORD } = settingsSchema.shape;
const firstAdminSchema = z.object({ ADMIN_EMAIL, ADMIN_PASSWORD });

/** Whom to make an admin. */
export interface FirstAdmin {
  email: string;
  /** Whether somebody chose the address; otherwise it is the default one. */
  emailIsChosen: boolean;
  /** Unset: one is made at random. */
  password?: string | undefined;
}

/**
 * ADMIN_EMAIL and ADMIN_PASSWORD alone, for the seed.
 * @throws SettingsError when one of them cannot be used
 */
export function readFirstAdmin(environment: Record<string, string | undefined> = process.env): FirstAdmin {
  const parsed = firstAdminSchema.safeParse({
    ADMIN_EMAIL: environment.ADMIN_EMAIL || undefined,
    ADMIN_PASSWORD: environment.ADMIN_PASSWORD || undefined,
  });
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new SettingsError(problems.join('\n'));
  }
  return {
    email: parsed.data.ADMIN_EMAIL,
    emailIsChosen: Boolean(environment.ADMIN_EMAIL),
    password: parsed.data.ADMIN_PASSWORD,
  };
}
