import { infiniteQueryOptions, type Query, type QueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { asked, type AssetPage, type AssetSummary, type Filters } from './filters';
import { doubt, listed, merge, putBack, without, type Listed, type ListedPage, type Pages } from './pages';

export type Shelf = 'library' | 'trash';

const PAGE = 200;
const LISTS = ['assets', 'list'] as const;
/** News that come together are one look, and looks do not follow each other closer than that. */
const GATHER_MS = 400;
const APART_MS = 2_000;

type ListKey = readonly ['assets', 'list', Shelf, Filters];

/** What somebody has taken from a shelf, and the server may still show. */
const leaving: Record<Shelf, Set<string>> = { library: new Set(), trash: new Set() };
/** Ids of pictures that could not be fetched: their URLs have ended. */
const broken = new Set<string>();
/** Ids of what is on the screen: news do not tell what others did with it, and so it is looked at each time. */
let inSight: ReadonlySet<string> = new Set();

async function fetchPage(
  [, , shelf, filters]: ListKey,
  more: { cursor?: string; ids?: string[] } = {},
): Promise<ListedPage> {
  const which = shelf === 'trash' ? { deleted: true } : { own: true };
  const page = await ask(api.POST('/assets/search', { body: { ...asked(filters), ...which, ...more, limit: PAGE } }));
  const receivedAt = Date.now();
  const items = page.items.filter(({ id }) => !leaving[shelf].has(id)).map((item) => keep(item, receivedAt));
  return { ...page, items };
}

/** Of hundreds of thousands, no more than is shown. */
const keep = (item: AssetPage['items'][number], receivedAt: number): Listed => {
  const { id, filename, title, kind, size, visibility, status, failure, thumbhash, thumbnailUrl, version } = item;
  return { id, filename, title, kind, size, visibility, status, failure, thumbhash, thumbnailUrl, version, receivedAt };
};

/**
 * A shelf, page by page. It is never fetched anew as a whole: what has changed is merged into it (refreshLists), or a
 * library of thousands would be loaded again with each upload, and all signed URLs would change under the pictures.
 */
export function assetList(shelf: Shelf, filters: Filters) {
  const queryKey: ListKey = [...LISTS, shelf, filters];
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => fetchPage(queryKey, { cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    staleTime: Infinity,
    gcTime: 30 * 60_000,
  });
}

export const isUnfinished = ({ status }: AssetSummary): boolean => status === 'PENDING' || status === 'PROCESSING';

let gathering: ReturnType<typeof setTimeout> | undefined;
let lookedAt = 0;

/** Looks at every list that is shown, soon; wherever they are in a list, at those that have changed. */
export function refreshLists(queryClient: QueryClient, changed: readonly string[] = []): void {
  const ids = new Set(changed);
  if (ids.size > 0) queryClient.setQueriesData<Pages>({ queryKey: LISTS }, (data) => data && doubt(data, ids));
  gathering ??= setTimeout(
    () => {
      gathering = undefined;
      lookedAt = Date.now();
      for (const query of queryClient.getQueryCache().findAll({ queryKey: LISTS, type: 'active' }))
        void look(queryClient, query.queryKey as ListKey);
    },
    Math.max(GATHER_MS, lookedAt + APART_MS - Date.now()),
  );
}

/** Asks for the URL of a picture that could not be fetched. */
export function renewPicture(queryClient: QueryClient, id: string): void {
  broken.add(id);
  refreshLists(queryClient);
}

/** Says what is on the screen at the moment. */
export function see(ids: readonly string[]): void {
  inSight = new Set(ids);
}

let turn = 0;

/** At the top, where what is new is, and at those further down that may have changed: in turn, where they are many. */
async function look(queryClient: QueryClient, key: ListKey): Promise<void> {
  const known = queryClient.getQueryData<Pages>(key);
  if (!known) return;
  const doubtful = listed(known)
    .slice(PAGE)
    .filter((item) => item.isDoubtful === true || isUnfinished(item) || broken.has(item.id) || inSight.has(item.id))
    .map(({ id }) => id);
  const from = doubtful.length > PAGE ? (turn++ * PAGE) % doubtful.length : 0;
  const ids = doubtful.slice(from, from + PAGE);
  const renewed = new Set(broken);
  try {
    const [top, found] = await Promise.all([fetchPage(key), ids.length > 0 ? fetchPage(key, { ids }) : null]);
    const now = { top, asked: new Set(ids), found: found?.items ?? [], broken: renewed };
    // All of the top is on its way out: nothing is known of the rest.
    if (top.items.length === 0 && top.nextCursor !== null) return;
    // A page on its way will bring back the others as they were.
    if (queryClient.getQueryState(key)?.fetchStatus === 'fetching') return refreshLists(queryClient);
    queryClient.setQueryData<Pages>(key, (pages) => pages && merge(pages, now));
    const urlOf = new Map(listed(known).map(({ id, thumbnailUrl }) => [id, thumbnailUrl]));
    // Signed in the same second it is the same: once more.
    const isSame = ({ id, thumbnailUrl }: Listed): boolean => thumbnailUrl !== null && thumbnailUrl === urlOf.get(id);
    const again = new Set([...top.items, ...now.found].filter(isSame).map(({ id }) => id));
    const waiting = new Set(doubtful.filter((id) => !now.asked.has(id)));
    for (const id of renewed) if (!again.has(id) && !waiting.has(id)) broken.delete(id);
    if (broken.size > 0) refreshLists(queryClient);
  } catch {
    // Not reached: what is shown stays, and the next news ask again.
  }
}

/** What was taken from a shelf, and how its lists were before. */
export interface Taken {
  shelf: Shelf;
  ids: ReadonlySet<string>;
  before: [queryKey: readonly unknown[], data: Pages | undefined][];
}

/** A further page on its way would bring back the others as they were; who still waits for the first one needs it. */
const isLoaded = ({ state }: Query): boolean => state.data !== undefined;

/** Takes assets from the lists of a shelf at once, before the server has answered. `settle` is to follow. */
export function take(queryClient: QueryClient, shelf: Shelf, ids: ReadonlySet<string>): Taken {
  const queryKey = [...LISTS, shelf];
  void queryClient.cancelQueries({ queryKey, predicate: isLoaded });
  const before = queryClient.getQueriesData<Pages>({ queryKey });
  for (const id of ids) leaving[shelf].add(id);
  queryClient.setQueriesData<Pages>({ queryKey }, (data) => data && without(data, ids));
  return { shelf, ids, before };
}

/** The server has answered: those that it has not let go come back. */
export function settle(queryClient: QueryClient, taken: Taken, stayed: ReadonlySet<string> = new Set()): void {
  for (const id of taken.ids) leaving[taken.shelf].delete(id);
  if (stayed.size > 0) giveBack(queryClient, taken, stayed);
  refreshLists(queryClient);
}

/** Puts what was taken where it was. */
export function giveBack(queryClient: QueryClient, { before }: Taken, ids: ReadonlySet<string>): void {
  for (const [key, then] of before) {
    void queryClient.cancelQueries({ queryKey: key, exact: true, predicate: isLoaded });
    queryClient.setQueryData<Pages>(key, (now) => now && then && putBack(now, then, ids));
  }
}

/** Where something came back to a shelf of which nobody knows the place, its lists are loaded when they are wanted. */
export const forget = (queryClient: QueryClient, shelf: Shelf): void =>
  queryClient.removeQueries({ queryKey: [...LISTS, shelf], type: 'inactive' });
