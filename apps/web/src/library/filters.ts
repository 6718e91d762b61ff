import type { Schemas } from '../api/client';

/** What a tile shows of an asset. */
export type AssetSummary = Pick<
  Schemas['AssetSummary'],
  | 'id'
  | 'filename'
  | 'title'
  | 'kind'
  | 'size'
  | 'visibility'
  | 'status'
  | 'failure'
  | 'thumbhash'
  | 'thumbnailUrl'
  | 'version'
>;
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
  /** `category:shoes` */
  label?: string;
  /** First and last day that it was uploaded on, here: `2026-07-31`. */
  from?: string;
  to?: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const oneOf = <Value extends string>(values: readonly Value[], value: unknown): Value | undefined =>
  values.find((one) => one === value);

const matching = (pattern: RegExp, value: unknown): string | undefined =>
  typeof value === 'string' && pattern.test(value) ? value : undefined;
const LABEL = /^[A-Za-z][\w-]{0,63}:./;
const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** What an address says, without what makes no sense. */
export const readFilters = (given: Record<string, unknown>): Filters => ({
  search: text(given.search),
  kind: oneOf(KINDS, given.kind),
  status: oneOf(STATUSES, given.status),
  visibility: oneOf(VISIBILITIES, given.visibility),
  sort: oneOf(SORTS, given.sort),
  label: matching(LABEL, given.label),
  from: matching(DAY, given.from),
  to: matching(DAY, given.to),
});

/** Name and value of a label. */
export function labelOf(text: string): [name: string, value: string] {
  const colon = text.indexOf(':');
  return [text.slice(0, colon), text.slice(colon + 1)];
}

/** As the API asks for them. */
export const asked = ({ label, from, to, ...rest }: Filters) => ({
  ...rest,
  labels: label === undefined ? undefined : Object.fromEntries([labelOf(label)]),
  createdFrom: from && midnight(from, 0),
  createdTo: to && midnight(to, 1),
});

/** The beginning of a day here, or of one some days later. */
function midnight(day: string, later: number): string {
  const date = new Date(`${day}T00:00`);
  date.setDate(date.getDate() + later);
  return date.toISOString();
}

export const isFiltered = ({ sort: _, ...filters }: Filters): boolean =>
  Object.values<unknown>(filters).some((value) => value !== undefined);
