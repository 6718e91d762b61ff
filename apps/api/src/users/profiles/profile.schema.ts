import { z } from 'zod';
import type { Settings } from '#libs/config/settings.js';
import type { FoundPerson } from '../people/find-person.js';
import { personSchema, toPerson } from '../people/person.js';

export const profileSchema = personSchema
  .extend({
    bio: z.string().nullable(),
    isPrivate: z.boolean().meta({ description: 'Its posts are for followers, whom it lets in one by one' }),
    followers: z.int(),
    following: z.int(),
    posts: z.int(),
    createdAt: z.iso.datetime(),
    you: z
      .object({
        follow: z.enum(['no', 'requested', 'yes']),
        areFollowed: z.boolean(),
        block: z.boolean(),
      })
      .meta({ description: 'What is between whoever asks and them' }),
  })
  .meta({ id: 'Profile' });

export type ProfileView = z.infer<typeof profileSchema>;

export function toProfileView(person: FoundPerson, settings: Settings): ProfileView {
  const { bio, isPrivate, followers, following, posts, createdAt, follows, requested, followsBack, blocks } = person;
  return {
    ...toPerson(person, settings),
    ...{ bio, isPrivate, followers, following, posts },
    createdAt: createdAt.toISOString(),
    you: { follow: follows ? 'yes' : requested ? 'requested' : 'no', areFollowed: followsBack, block: blocks },
  };
}
