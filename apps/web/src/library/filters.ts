import type { Schemas } from '../api/client';

export type AssetSummary = Schemas['AssetSummary'];
export type AssetPage = Schemas['AssetPage'];

export const STATUSES = ['PENDING', 'PROCESSING', 'READY', 'FAILED'] as const;
export const KINDS = ['IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT', 'OTHER'] as const;
export const VISIBILITIES = ['private', 'public'] as const;
export const SORTS = ['-createdAt', 'createdAt', 'name', '-name', '-size', 'size'] as const;

/** What a list of assets is narrowed to, as it is in the address of the page. */
export interface Filters {
  search?: string;
  kind?: (typeof KINDS)[number];
  status?: (typeof STATUSES)[number];
  visibility?: (typeof VISIBILITIES)[number];
  sort?: (typeof SORTS)[number];
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const oneOf = <Value extends string>(values: readonly Value[], value: unknown): Value | undefined =>
  values.find((one) => one === value);

/** What an address says, without what makes no sense. */
export const readFilters = (given: Record<string, unknown>): Filters => ({
  search: text(given.search),
  kind: oneOf(KINDS, given.kind),
  status: oneOf(STATUSES, given.status),
  visibility: oneOf(VISIBILITIES, given.visibility),
  sort: oneOf(SORTS, given.sort),
});

export const isFiltered = ({ search, kind, status, visibility }: Filters): boolean =>
  [search, kind, status, visibility].some((value) => value !== undefined);
