import { z } from 'zod';
import { publicUrl } from '#libs/config/public-url.js';
import type { Settings } from '#libs/config/settings.js';

/** Somebody, as others see them wherever they are named. */
export const personSchema = z
  .object({
    id: z.uuid(),
    username: z.string().nullable(),
    displayName: z.string().nullable(),
    avatarUrl: z
      .string()
      .meta({ description: 'A picture of 128 pixels, always there; /64 and /256 at its end give other sizes' }),
  })
  .meta({ id: 'Person' });

export type Person = z.infer<typeof personSchema>;

/** Of the view `people`. */
export interface PersonRow {
  id: string;
  username: string | null;
  displayName: string | null;
}

export const toPerson = ({ id, username, displayName }: PersonRow, settings: Settings): Person => ({
  id,
  username,
  displayName,
  avatarUrl: avatarUrl(id, settings),
});

export const avatarUrl = (userId: string, settings: Settings): string => `${publicUrl(settings)}/avatars/${userId}/128`;
