import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, type ReactNode } from 'react';
import { Failed } from '../ui/state';
import { BulkBar } from './bulk-bar';
import type { Filters } from './filters';
import { Grid, GridSkeleton } from './grid';
import { assetList, isUnfinished, refreshLists, type Shelf } from './lists';
import { useSelection } from './selection';

/** How often it is looked for what became of assets that are being processed, besides when news say so. */
const LOOK_EVERY_MS = 4_000;

/** One shelf of assets: the grid, what is chosen in it, and what is there when it is empty, slow or away. */
export function ShelfView({ shelf, filters, empty }: { shelf: Shelf; filters: Filters; empty: ReactNode }) {
  const queryClient = useQueryClient();
  const list = useInfiniteQuery(assetList(shelf, filters));
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = list;
  const assets = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const order = useMemo(() => assets.map(({ id }) => id), [assets]);
  const selection = useSelection(order);
  const isWaiting = shelf === 'library' && assets.some(isUnfinished);
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => refreshLists(queryClient), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isWaiting, queryClient]);
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);
  if (!data && error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <GridSkeleton />;
  if (assets.length === 0 && !hasNextPage) return empty;
  return (
    <>
      <Grid assets={assets} selection={selection} hasMore={hasNextPage} loadMore={loadMore} />
      <BulkBar shelf={shelf} selection={selection} />
    </>
  );
}
