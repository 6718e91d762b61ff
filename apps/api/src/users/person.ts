import { z } from 'zod';
import type { Profile } from '#libs/database/generated/client.js';

/** Somebody, as others see them wherever they are named. */
export const personSchema = z
  .object({
    id: z.uuid(),
    username: z.string().nullable(),
    displayName: z.string().nullable(),
  })
  .meta({ id: 'Person' });

export type Person = z.infer<typeof personSchema>;

/** A profile's row with the username of its account. */
export type PersonRow = Pick<Profile, 'userId' | 'displayName'> & { user: { username: string | null } };

export function toPerson({ userId, displayName, user }: PersonRow): Person {
  return { id: userId, username: user.username, displayName };
}
