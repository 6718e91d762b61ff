import { z } from 'zod';
import { instant } from '../../http/instant.js';
import { labelName, resource, resourceId, visibility } from '../about.schema.js';
import { assetKind, assetStatus, assetSummarySchema } from '../asset.schema.js';
import { SORTS } from './order.js';

/** A page further in would have to be counted up to: that is what cursors are for. */
const DEEPEST_ROW = 100_000;

const value = z.string().min(1).max(200);
/** Each is a condition of its own. */
const MOST_LABEL_VALUES = 64;

/** As many as a page has. */
const MOST_IDS = 200;
/** A word in a query, true or false in a body. */
const flag = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);

/** What an asset has to be, all of it. */
export const assetFilters = {
  resource: resource.optional(),
  resourceId: resourceId.optional(),
  labels: z
    .record(labelName, z.union([value, z.array(value)]))
    .refine(
      (given) => Object.values(given).flat().length <= MOST_LABEL_VALUES,
      `at most ${MOST_LABEL_VALUES} values of labels`,
    )
    .optional()
    .meta({ description: 'In a query: label.NAME=value. Each value must be among those the asset has by that name' }),
  owner: z.uuid().optional().meta({ description: 'Id of the user who uploaded it' }),
  visibility: visibility
    .optional()
    .meta({ description: 'public: of every tenant. private, or left out: of your own tenant' }),
  own: flag.optional().meta({ description: 'true: of your own tenant, also where visibility is public' }),
  status: assetStatus.optional(),
  kind: assetKind.optional(),
  mimeType: z.string().max(127).optional(),
  createdFrom: instant.optional().meta({ description: 'This time or later' }),
  createdTo: instant.optional().meta({ description: 'Before this time' }),
  search: z.string().trim().min(1).max(200).optional().meta({
    description: 'Words, or their beginnings, of file name, title, description and labels; all of them',
  }),
  deleted: flag.optional().meta({ description: 'true: what is in the trash, instead of what is not' }),
  ids: z
    .union([z.array(z.uuid()).max(MOST_IDS), z.uuid().transform((id) => [id])])
    .optional()
    .meta({
      description: 'Only these, where they are all the rest as well: what has become of those that were listed',
    }),
};

const asked = z
  .strictObject({
    ...assetFilters,
    sort: z
      .enum(SORTS)
      .optional()
      .meta({ description: 'Ascending, with a minus descending; newest first unless said, in the trash last deleted' }),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z.string().max(2_000).optional().meta({ description: 'The nextCursor of the same list' }),
    page: z.coerce.number().int().min(1).optional().meta({ description: 'By number, with total; cursors are faster' }),
    pageSize: z.coerce.number().int().min(1).max(200).optional().meta({ description: 'Instead of limit' }),
  })
  .refine(({ cursor, page }) => cursor === undefined || page === undefined, {
    error: 'give a cursor or a page',
    path: ['page'],
  })
  .refine(({ page = 1, pageSize, limit }) => page * (pageSize ?? limit) <= DEEPEST_ROW, {
    error: `pages end at row ${DEEPEST_ROW}; go on with a cursor`,
    path: ['page'],
  })
  .refine(({ resource: kind, resourceId: id }) => id === undefined || kind !== undefined, {
    error: 'name the resource, too',
    path: ['resource'],
  })
  .refine(({ sort, deleted }) => deleted || !sort?.endsWith('deletedAt'), {
    error: 'only what is in the trash has such a time',
    path: ['sort'],
  });

const LABEL = 'label.';

/** A query string has no objects: `label.category=shoes` is what `labels: {category: "shoes"}` is in a body. */
function gatherLabels(query: unknown): unknown {
  if (typeof query !== 'object' || query === null) return query;
  const entries = Object.entries(query);
  const labels = entries.filter(([name]) => name.startsWith(LABEL));
  if (labels.length === 0) return query;
  const rest = entries.filter(([name]) => !name.startsWith(LABEL));
  return {
    ...Object.fromEntries(rest),
    labels: Object.fromEntries(labels.map(([name, content]) => [name.slice(LABEL.length), content])),
  };
}

export const assetListQuery = z.preprocess(gatherLabels, asked);

export const assetSearchSchema = asked.meta({ id: 'AssetSearch' });

export type AssetFilters = Omit<z.infer<typeof asked>, 'sort' | 'limit' | 'cursor' | 'page' | 'pageSize'>;
export type AssetListQuery = z.infer<typeof asked>;

/** As in a list; the thing is in the path. */
export const ofResourceQuery = z.preprocess(gatherLabels, asked);

export const assetPageSchema = z
  .object({
    items: z.array(assetSummarySchema),
    nextCursor: z.string().nullable(),
    total: z.int().optional().meta({ description: 'Where page was given: how many there are' }),
    page: z.int().optional(),
    pageSize: z.int().optional(),
  })
  .meta({ id: 'AssetPage' });

export const downloadQuery = z.strictObject({
  rendition: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .optional()
    .meta({ description: 'Left out: the original', examples: ['mp4', 'preview', 'waveform'] }),
});

export type DownloadQuery = z.infer<typeof downloadQuery>;

export const deleteQuery = z.strictObject({
  permanent: z
    .stringbool({ truthy: ['true'], falsy: ['false'] })
    .default(false)
    .meta({ description: 'true: for good' }),
});
export type DeleteQuery = z.infer<typeof deleteQuery>;
