import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useUser } from '../session/use-session';
import { Button } from '../ui/button';
import { Pages } from '../ui/pages';
import { words } from '../words/words';
import { PostCard } from './post/post-card';
import { newestPosts, postList, refreshPosts, type Post, type Source } from './queries';

interface PostsProps {
  source: Source;
  /** Whether new ones have to be looked for: of those whom the account follows it is told. */
  looks: boolean;
  empty: ReactNode;
}

/** Posts, newest first. New ones do not push down what is being read: they are announced, and come when one asks. */
export function Posts({ source, looks, empty }: PostsProps) {
  const user = useUser();
  const queryClient = useQueryClient();
  const list = useInfiniteQuery(postList(source));
  const posts = list.data?.pages.flatMap(({ items }) => items);
  const newsOf = (newest: Post[]): number => (posts ? newerThan(posts, newest, user.id).length : 0);
  const { data: newest = [] } = useQuery(newestPosts(source, looks && posts !== undefined, (some) => newsOf(some) > 0));
  const news = newsOf(newest);
  return (
    <>
      <div role="status" className="floats">
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
            {looks ? words.feed.newsSome : words.feed.news(news)}
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
