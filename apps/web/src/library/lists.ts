import { infiniteQueryOptions, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import type { AssetPage, AssetSummary, Filters } from './filters';

export type Shelf = 'library' | 'trash';

const PAGE = 100;
const LARGEST_PAGE = 200;
const LISTS = ['assets', 'list'] as const;
/** News that come together are one look. */
const GATHER_MS = 400;

type Pages = InfiniteData<AssetPage, string | undefined>;
type ListKey = readonly ['assets', 'list', Shelf, Filters];

const fetchPage = (shelf: Shelf, filters: Filters, limit: number, cursor?: string): Promise<AssetPage> => {
  const query = { ...filters, limit, cursor, ...(shelf === 'trash' && { deleted: true as const }) };
  return ask(api.GET('/assets', { params: { query } }));
};

/**
 * A shelf, page by page. It is never fetched anew as a whole: what has changed is merged into it (refreshLists), or a
 * library of thousands would be loaded again with each upload, and all signed URLs would change under the pictures.
 */
export const assetList = (shelf: Shelf, filters: Filters) =>
  infiniteQueryOptions({
    queryKey: [...LISTS, shelf, filters] as ListKey,
    queryFn: ({ pageParam }) => fetchPage(shelf, filters, PAGE, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    staleTime: Infinity,
    refetchOnMount: (query) => (Date.now() - query.state.dataUpdatedAt > 60_000 ? 'always' : false),
  });

export const isUnfinished = ({ status }: AssetSummary): boolean => status === 'PENDING' || status === 'PROCESSING';

let gathering: ReturnType<typeof setTimeout> | undefined;

/** Looks at the top of every list that is shown, soon. */
export function refreshLists(queryClient: QueryClient): void {
  gathering ??= setTimeout(() => {
    gathering = undefined;
    for (const query of queryClient.getQueryCache().findAll({ queryKey: LISTS, type: 'active' })) {
      const [, , shelf, filters] = query.queryKey as ListKey;
      void refreshTop(queryClient, shelf, filters);
    }
    queryClient.removeQueries({ queryKey: LISTS, type: 'inactive' });
  }, GATHER_MS);
}

async function refreshTop(queryClient: QueryClient, shelf: Shelf, filters: Filters): Promise<void> {
  const key: ListKey = [...LISTS, shelf, filters];
  const known = queryClient.getQueryData<Pages>(key)?.pages.flatMap(({ items }) => items) ?? [];
  const unfinished = known.findLastIndex(isUnfinished) + 1;
  const limit = Math.min(LARGEST_PAGE, Math.max(PAGE, unfinished));
  const fresh = await fetchPage(shelf, filters, limit).catch(() => null);
  // Not reached: what is shown stays, and the next news ask again.
  if (fresh) queryClient.setQueryData<Pages>(key, (pages) => pages && merge(pages, fresh));
}

/** The first page as it is now, before the rest of what was known. */
function merge({ pages, pageParams }: Pages, fresh: AssetPage): Pages {
  const known = new Map(pages.flatMap(({ items }) => items).map((item) => [item.id, item]));
  const top = fresh.items.map((item) => keepUrl(item, known.get(item.id)));
  const isNew = new Set(top.map(({ id }) => id));
  if (fresh.nextCursor === null) return { pages: [{ ...fresh, items: top }], pageParams: [undefined] };
  const rest = pages.map((page) => ({ ...page, items: page.items.filter(({ id }) => !isNew.has(id)) }));
  const [first, ...others] = rest;
  // What was on the first page and is no longer at the top has moved down, or is gone: the cursor decides.
  const left = pages.length > 1 ? (first?.items ?? []) : [];
  const nextCursor = pages.length > 1 ? (first?.nextCursor ?? null) : fresh.nextCursor;
  return { pages: [{ items: [...top, ...left], nextCursor }, ...others], pageParams };
}

/** Of the same content an older URL is as good, and its picture is there already. */
const keepUrl = (item: AssetSummary, known: AssetSummary | undefined): AssetSummary =>
  known?.version === item.version && known.thumbnailUrl !== null && item.thumbnailUrl !== null
    ? { ...item, thumbnailUrl: known.thumbnailUrl }
    : item;

/** Takes assets out of every list at once, before the server has answered. */
export function dropFromLists(queryClient: QueryClient, ids: ReadonlySet<string>): void {
  queryClient.setQueriesData<Pages>(
    { queryKey: LISTS },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({ ...page, items: page.items.filter(({ id }) => !ids.has(id)) })),
      },
  );
}
