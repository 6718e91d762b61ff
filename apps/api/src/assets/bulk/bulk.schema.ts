import { z } from 'zod';
import { problemSchema } from '../../openapi/answers.js';
import { labels } from '../about.schema.js';

/** As many as a page has. */
const MOST_IDS = 200;

const ids = z
  .array(z.uuid())
  .min(1)
  .max(MOST_IDS)
  .transform((given) => [...new Set(given.map((id) => id.toLowerCase()))])
  .meta({ description: 'Said twice is once' });

export const deleteManySchema = z
  .strictObject({
    ids,
    permanent: z.boolean().default(false).meta({ description: 'true: for good, also from the trash' }),
  })
  .meta({ id: 'DeleteAssets' });

export const restoreManySchema = z.strictObject({ ids }).meta({ id: 'RestoreAssets' });

export const labelManySchema = z
  .strictObject({
    ids,
    labels: labels
      .refine((given) => Object.keys(given).length > 0, 'nothing is to be changed')
      .meta({ description: 'Take the place of those of the same name; the others stay' }),
  })
  .meta({ id: 'LabelAssets' });

/** What became of each id that was named. */
export const outcomeSchema = z
  .object({
    done: z.array(z.uuid()),
    failed: z.array(
      z.object({
        id: z.uuid(),
        ...problemSchema.pick({ status: true, code: true, detail: true }).shape,
      }),
    ),
  })
  .meta({ id: 'BulkOutcome' });

export type DeleteMany = z.infer<typeof deleteManySchema>;
export type RestoreMany = z.infer<typeof restoreManySchema>;
export type LabelMany = z.infer<typeof labelManySchema>;
export type OutcomeView = z.infer<typeof outcomeSchema>;
