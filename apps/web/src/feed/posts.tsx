import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '../ui/button';
import { Failed, SkeletonLines } from '../ui/state';
import { words } from '../words/words';
import { PostCard } from './post-card';
import { newestPosts, postList, refreshPosts, type Source } from './queries';

/** Posts, newest first. New ones do not push down what is being read: they are announced, and come when one asks. */
export function Posts({ source, empty }: { source: Source; empty: ReactNode }) {
  const queryClient = useQueryClient();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(postList(source));
  const newest = useQuery(newestPosts(source));
  if (!data && error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <SkeletonLines lines={6} height={32} />;
  const posts = data.pages.flatMap(({ items }) => items);
  const shown = new Set(posts.map(({ id }) => id));
  const [first] = posts;
  const news = (newest.data?.items ?? []).filter(({ id }) => !shown.has(id) && (!first || id > first.id)).length;
  return (
    <>
      <div role="status">
        {news > 0 && (
          <Button
            small
            kind="primary"
            className="news"
            onClick={() => {
              window.scrollTo({ top: 0, behavior: 'smooth' });
              void refreshPosts(queryClient);
            }}
          >
            {words.feed.news(news)}
          </Button>
        )}
      </div>
      {posts.length === 0 && empty}
      {posts.map((post) => (
        <PostCard key={post.id} post={post} />
      ))}
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
