import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
  type InfiniteData,
  type QueryClient,
} from '@tanstack/react-query';
import { api, ask, type Schemas } from '../api/client';
import { sayFailed } from '../ui/toasts';

export type Post = Schemas['Post'];
export type Person = Schemas['Person'];
type PostPage = Schemas['PostPage'];

/** `following`: of those whom one follows; a name: of that person; `all`: of everybody. */
export type Source = { of: 'following' } | { of: 'all' } | { of: 'person'; username: string };

const PAGE = 20;
const POSTS = ['posts'] as const;
/** How often it is looked for new posts while the page is open. */
const LOOK_EVERY_MS = 4_000;

const fetchPosts = (source: Source, cursor?: string): Promise<PostPage> =>
  source.of === 'following'
    ? ask(api.GET('/timeline', { params: { query: { limit: PAGE, cursor } } }))
    : ask(
        api.GET('/posts', {
          params: { query: { limit: PAGE, cursor, ...(source.of === 'person' && { author: source.username }) } },
        }),
      );

export const postList = (source: Source) =>
  infiniteQueryOptions({
    queryKey: [...POSTS, 'list', source],
    queryFn: ({ pageParam }) => fetchPosts(source, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchOnWindowFocus: false,
  });

/** The top of a list as it is now: what it has that is not shown yet is news. */
export const newestPosts = (source: Source) =>
  queryOptions({
    queryKey: [...POSTS, 'newest', source],
    queryFn: () => fetchPosts(source),
    refetchInterval: LOOK_EVERY_MS,
  });

export const refreshPosts = (queryClient: QueryClient): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: POSTS });

/** Changes a post wherever it is shown. */
function replacePost(queryClient: QueryClient, id: string, change: Partial<Post>): void {
  queryClient.setQueriesData<InfiniteData<PostPage>>(
    { queryKey: [...POSTS, 'list'] },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({
          ...page,
          items: page.items.map((post) => (post.id === id ? { ...post, ...change } : post)),
        })),
      },
  );
}

/** Shown at once; taken back when the server refuses. */
export function useLike(post: Post) {
  const queryClient = useQueryClient();
  const { id, likes, likedByYou } = post;
  const params = { path: { id } };
  return useMutation({
    mutationFn: () =>
      ask(likedByYou ? api.DELETE('/posts/{id}/like', { params }) : api.PUT('/posts/{id}/like', { params })),
    onMutate: () => replacePost(queryClient, id, { likedByYou: !likedByYou, likes: likes + (likedByYou ? -1 : 1) }),
    onSuccess: (counted) => replacePost(queryClient, id, counted),
    onError: (error) => {
      replacePost(queryClient, id, { likes, likedByYou });
      sayFailed(error);
    },
  });
}

export const profileQuery = (username: string) =>
  queryOptions({
    queryKey: ['people', username],
    queryFn: () => ask(api.GET('/users/{username}', { params: { path: { username } } })),
  });

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => ask(api.GET('/users/me')) });
