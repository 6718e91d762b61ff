import type { InfiniteData } from '@tanstack/react-query';
import type { AssetPage, AssetSummary } from './filters';

/** An asset as it was listed. */
export interface Listed extends AssetSummary {
  /** Milliseconds since 1970: its signed URL is good for an hour from then on. */
  receivedAt: number;
  /** It has changed since. */
  isDoubtful?: true;
}

export type ListedPage = Omit<AssetPage, 'items'> & { items: Listed[] };
export type Pages = InfiniteData<ListedPage, string | undefined>;

/** Milliseconds after which a URL gives way to a newer one: it might end under the picture. */
const KEEP_MS = 45 * 60_000;

export const listed = ({ pages }: Pages): Listed[] => pages.flatMap(({ items }) => items);

/** What a list is known to be now. */
export interface Look {
  /** Its first page. */
  top: ListedPage;
  /** Ids further down that were asked for one by one, and those of them that still belong to it. */
  asked: ReadonlySet<string>;
  found: readonly Listed[];
  /** Ids whose URL leads nowhere any longer. */
  broken: ReadonlySet<string>;
}

/** What is known of a list, with what is known better now. Where nothing of it is at the top any longer, it begins anew. */
export function merge(pages: Pages, { top, asked, found, broken }: Look): Pages {
  const known = listed(pages);
  const byId = new Map(known.map((item) => [item.id, item]));
  const renew = (item: Listed): Listed => keepUrl(item, broken.has(item.id) ? undefined : byId.get(item.id));
  const items = top.items.map(renew);
  const onTop = new Set(items.map(({ id }) => id));
  const reached = known.findLastIndex(({ id }) => onTop.has(id));
  if (top.nextCursor === null || reached < 0 || reached === known.length - 1)
    return { pages: [{ ...top, items }], pageParams: [undefined] };
  // As far as the top reaches it is the list: what was there, and is not at the top, is gone.
  const over = new Set(known.slice(0, reached + 1).map(({ id }) => id));
  const still = new Map(found.map((item) => [item.id, renew(item)]));
  const rest = pages.pages.map((page) => ({
    ...page,
    items: page.items.flatMap((item) => {
      if (over.has(item.id)) return [];
      return asked.has(item.id) ? (still.get(item.id) ?? []) : [item];
    }),
  }));
  const [first, ...others] = rest;
  return {
    pages: [{ ...top, nextCursor: first?.nextCursor ?? null, items: [...items, ...(first?.items ?? [])] }, ...others],
    pageParams: pages.pageParams,
  };
}

/** Of the same content an older URL is as good, and its picture is there already. */
const keepUrl = (item: Listed, known: Listed | undefined): Listed =>
  known?.version === item.version &&
  known.thumbnailUrl !== null &&
  item.thumbnailUrl !== null &&
  item.receivedAt - known.receivedAt < KEEP_MS
    ? { ...item, thumbnailUrl: known.thumbnailUrl, receivedAt: known.receivedAt }
    : item;

/** With doubt in these, until they are looked at. */
export const doubt = (data: Pages, ids: ReadonlySet<string>): Pages => ({
  ...data,
  pages: data.pages.map((page) => ({
    ...page,
    items: page.items.map((item) => (ids.has(item.id) ? { ...item, isDoubtful: true } : item)),
  })),
});

/** Without these. */
export const without = (data: Pages, ids: ReadonlySet<string>): Pages => ({
  ...data,
  pages: data.pages.map((page) => ({ ...page, items: page.items.filter(({ id }) => !ids.has(id)) })),
});

/** With these again, each where it was. */
export function putBack(now: Pages, before: Pages, ids: ReadonlySet<string>): Pages {
  const there = new Set(listed(now).map(({ id }) => id));
  const after = new Map<string | null, Listed[]>([[null, []]]);
  let last = after.get(null);
  for (const item of listed(before))
    if (there.has(item.id)) after.set(item.id, (last = []));
    else if (ids.has(item.id)) last?.push(item);
  const follow = (id: string | null): Listed[] => after.get(id) ?? [];
  const pages = now.pages.map((page) => ({ ...page, items: page.items.flatMap((item) => [item, ...follow(item.id)]) }));
  const [first, ...others] = pages;
  return { ...now, pages: first ? [{ ...first, items: [...follow(null), ...first.items] }, ...others] : [] };
}
