import { z } from 'zod';
import { pageOf, pageQuery } from '../../http/page.js';
import { line } from '../../http/plain-text.js';
import { personSchema } from './person.js';

export const peopleQuery = z.strictObject({
  ...pageQuery,
  q: line('what is searched for', 64).meta({
    description: 'The beginning of a username or display name, whatever its case and accents',
  }),
});

export const personPageSchema = pageOf('PersonPage', personSchema);

export type PeopleQuery = z.infer<typeof peopleQuery>;
