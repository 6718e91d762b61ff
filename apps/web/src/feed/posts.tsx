import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useUser } from '../session/use-session';
import { Button } from '../ui/button';
import { Pages } from '../ui/pages';
import { words } from '../words/words';
import { PostCard } from './post-card';
import { newestPosts, postList, refreshPosts, type Post, type Source } from './queries';

/** Posts, newest first. New ones do not push down what is being read: they are announced, and come when one asks. */
export function Posts({ source, empty }: { source: Source; empty: ReactNode }) {
  const user = useUser();
  const queryClient = useQueryClient();
  const list = useInfiniteQuery(postList(source));
  const newest = useQuery(newestPosts(source));
  const posts = list.data?.pages.flatMap(({ items }) => items);
  const news = posts ? newerThan(posts, newest.data?.items ?? [], user.id).length : 0;
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
      <Pages query={list} skeleton={{ lines: 6, height: 32 }} empty={empty}>
        {(items) => items.map((post) => <PostCard key={post.id} post={post} />)}
      </Pages>
    </>
  );
}

/** What others have posted above all that is shown; one's own comes by itself. */
function newerThan(shown: Post[], newest: Post[], userId: string): Post[] {
  const known = new Set(shown.map(({ id }) => id));
  const [first] = shown;
  return newest.filter(({ id, author }) => author.id !== userId && !known.has(id) && (!first || id > first.id));
}
