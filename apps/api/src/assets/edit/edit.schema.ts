import { z } from 'zod';
import { about, expiresAt, filename, isWhole, visibility, WHOLE } from '../about.schema.js';

/** What is left out stays; null takes away. */
export const editSchema = z
  .strictObject({
    ...about,
    filename: filename.optional(),
    visibility: visibility.optional(),
    expiresAt: expiresAt.nullish().meta({ description: 'From then on it is gone; null: never' }),
  })
  .refine((given) => Object.keys(given).length > 0, 'nothing is to be changed')
  .refine(({ resource, resourceId }) => (resource === undefined) === (resourceId === undefined), WHOLE)
  .refine(isWhole, WHOLE)
  .meta({ id: 'EditAsset' });

export type EditInput = z.infer<typeof editSchema>;
