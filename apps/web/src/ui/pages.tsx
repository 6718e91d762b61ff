import { useInfiniteQuery, type InfiniteData, type UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { words } from '../words/words';
import { Button } from './button';
import { Failed, SkeletonLines } from './state';

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export interface PagesOptions {
  /** Milliseconds; left out, it is looked at again when somebody comes back to it. */
  lookEvery?: number;
}

/** A list of the API, page by page. */
export const usePages = <Item, Whole extends Page<Item> = Page<Item>>(
  queryKey: readonly unknown[],
  fetch: (cursor: string | undefined) => Promise<Whole>,
  { lookEvery }: PagesOptions = {},
) =>
  useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fetch(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // Who has gone further down reads: what is there stays.
    refetchInterval: ({ state }) =>
      lookEvery === undefined || (state.data?.pages.length ?? 0) > 1 ? false : lookEvery,
  });

interface PagesProps<Item> {
  query: UseInfiniteQueryResult<InfiniteData<Page<Item>>>;
  /** What holds the place while it loads. */
  skeleton?: { lines: number; height?: number };
  empty: ReactNode;
  children: (items: Item[]) => ReactNode;
}

/** What a list has, or why it has nothing, and the way to more. */
export function Pages<Item>({ query, skeleton, empty, children }: PagesProps<Item>) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = query;
  if (!data && error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data)
    return (
      <div className="body">
        <SkeletonLines {...skeleton} />
      </div>
    );
  const items = data.pages.flatMap((page) => page.items);
  return (
    <>
      {items.length === 0 ? empty : children(items)}
      {hasNextPage && (
        <div className="more">
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {words.common.loadMore}
          </Button>
        </div>
      )}
    </>
  );
}
