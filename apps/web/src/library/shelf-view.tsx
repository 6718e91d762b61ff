import { focusManager, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, type ReactNode } from 'react';
import { Button } from '../ui/button';
import { Failed } from '../ui/state';
import { words } from '../words/words';
import { BulkBar } from './bulk-bar';
import type { Filters } from './filters';
import { Grid, GridSkeleton } from './grid';
import { assetList, isUnfinished, refreshLists, see, type Shelf } from './lists';
import { useSelection } from './selection';

/** How often it is looked for what became of assets that are being processed, besides when news say so. */
const LOOK_EVERY_MS = 4_000;
/** How often it is looked at in any case, while somebody sees it: nobody is told what others delete or rename. */
const LOOK_SELDOM_MS = 20_000;

/** One shelf of assets: the grid, what is chosen in it, and what is there when it is empty, slow or away. */
export function ShelfView({ shelf, filters, empty }: { shelf: Shelf; filters: Filters; empty: ReactNode }) {
  const queryClient = useQueryClient();
  const list = useInfiniteQuery(assetList(shelf, filters));
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = list;
  const assets = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const order = useMemo(() => assets.map(({ id }) => id), [assets]);
  const selection = useSelection(order);
  // What others have done meanwhile is there when somebody comes back, to the page or to the window.
  useEffect(() => {
    if (queryClient.getQueryData(assetList(shelf, filters).queryKey)) refreshLists(queryClient);
  }, [queryClient, shelf, filters]);
  useEffect(() => focusManager.subscribe((isFocused) => isFocused && refreshLists(queryClient)), [queryClient]);
  const isWaiting = shelf === 'library' && assets.some(isUnfinished);
  useEffect(() => {
    const look = (): void => {
      if (!document.hidden) refreshLists(queryClient);
    };
    const timer = setInterval(look, isWaiting ? LOOK_EVERY_MS : LOOK_SELDOM_MS);
    return () => clearInterval(timer);
  }, [isWaiting, queryClient]);
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  if (!data && error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <GridSkeleton />;
  return (
    <>
      {assets.length === 0 && !hasNextPage ? (
        empty
      ) : (
        <Grid
          label={words.nav[shelf]}
          assets={assets}
          selection={selection}
          hasMore={hasNextPage}
          loadMore={loadMore}
          onSight={see}
          opens={shelf === 'library'}
        />
      )}
      {isFetchNextPageError && (
        <div className="more" role="alert">
          <span className="muted">{words.library.moreFailed}</span>
          <Button small icon="retry" onClick={() => void fetchNextPage()}>
            {words.common.retry}
          </Button>
        </div>
      )}
      <BulkBar shelf={shelf} selection={selection} />
    </>
  );
}
