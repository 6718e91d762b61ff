import { z } from 'zod';
import { pageQuery } from '../../http/page.js';
import { personSchema } from '../../users/people/person.js';

export const followStateSchema = z
  .object({ follow: z.enum(['no', 'requested', 'yes']) })
  .meta({ id: 'FollowState', description: 'requested: the profile is private, and lets people in one by one' });

export const personListQuery = z.strictObject(pageQuery);

export const countedPersonPageSchema = z
  .object({ items: z.array(personSchema), nextCursor: z.string().nullable(), total: z.int() })
  .meta({ id: 'CountedPersonPage' });

export type FollowState = z.infer<typeof followStateSchema>;
export type PersonListQuery = z.infer<typeof personListQuery>;
export type CountedPersonPage = z.infer<typeof countedPersonPageSchema>;
