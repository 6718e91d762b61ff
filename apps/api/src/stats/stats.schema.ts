import { z } from 'zod';
import { labelName } from '../assets/about.schema.js';

/** Longer spans are asked for in pieces. */
export const MOST_DAYS = 400;
const DAY_MS = 86_400_000;
/** What a dashboard shows when nobody says otherwise. */
const USUAL_DAYS = 30;

const day = z.iso.date({ abort: true }).meta({ description: 'UTC; included' });
/** PostgreSQL knows no year 0. */
const askedDay = day.refine((text) => Date.parse(text) >= 0, 'expected a day since 1970');
const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(1_000)
  .default(100)
  .meta({ description: 'Groups, those with most first; the totals are of all. Of days there are all, in their order' });

const scope = z
  .enum(['tenant', 'all'])
  .default('tenant')
  .meta({ description: 'all: of the installation, for its admins' });

const accessGroup = z
  .enum(['asset', 'provider', 'language', 'role', 'category', 'day', 'user', 'device', 'clientLanguage'])
  .meta({ description: 'category, language and provider are labels of the asset; clientLanguage is the viewer’s' });

export const accessStatsQuery = z
  .strictObject({
    groupBy: accessGroup,
    from: askedDay.optional(),
    to: askedDay.optional(),
    limit,
    scope,
  })
  .transform(({ from, to, ...rest }) => {
    const last = to ?? dayOf(Date.now());
    return { ...rest, to: last, from: from ?? dayOf(Date.parse(last) - (USUAL_DAYS - 1) * DAY_MS) };
  })
  .refine(({ from, to }) => from <= to, { error: 'from is after to', path: ['from'] })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < MOST_DAYS * DAY_MS, {
    error: `at most ${MOST_DAYS} days at a time`,
    path: ['from'],
  });

export const assetStatsQuery = z.strictObject({
  groupBy: z.union([
    z.enum(['kind', 'status', 'category', 'language', 'provider']),
    z
      .string()
      .startsWith('label:')
      .refine((text) => labelName.safeParse(text.slice('label:'.length)).success, 'no name of a label')
      .meta({ description: 'label:<name>' }),
  ]),
  limit,
  scope,
});

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const accessSums = {
  views: z.int().meta({ description: 'Times that the URLs of an asset were handed out' }),
  downloads: z.int().meta({ description: 'Times that the file, or what was made of it, was asked for to be saved' }),
  streams: z.int().meta({ description: 'Times that a stream was begun' }),
  bytes: z.int().meta({ description: 'Size of what was downloaded' }),
  seconds: z.number().meta({ description: 'For which streams were watched, by their heartbeats' }),
};
const key = z.string().nullable().meta({ description: 'null: of those that have none' });
const name = z
  .string()
  .nullable()
  .meta({ description: 'What people call it: a file name, an e-mail address of the tenant’s own' });

export const accessStatsSchema = z
  .object({
    groupBy: accessGroup,
    from: day,
    to: day,
    totals: z.object(accessSums),
    groups: z.array(z.object({ key, name, ...accessSums })),
    series: z.array(z.object({ day, ...accessSums })).meta({ description: 'The days on which there was something' }),
  })
  .meta({ id: 'AccessStats' });

const assetSums = {
  assets: z.int(),
  bytes: z.int().meta({ description: 'Of originals and all that was made of them' }),
};

export const assetStatsSchema = z
  .object({
    groupBy: z.string(),
    totals: z.object(assetSums),
    groups: z.array(z.object({ key, ...assetSums })),
  })
  .meta({ id: 'AssetStats' });

export type AccessStatsQuery = z.infer<typeof accessStatsQuery>;
export type AccessStats = z.infer<typeof accessStatsSchema>;
export type AssetStatsQuery = z.infer<typeof assetStatsQuery>;
export type AssetStats = z.infer<typeof assetStatsSchema>;
