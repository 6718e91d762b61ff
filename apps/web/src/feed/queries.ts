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

/** `following`: of those whom one follows; a name or id: of that person; `all`: of everybody; words: those with them. */
export type Source =
  { of: 'following' } | { of: 'all' } | { of: 'person'; username: string } | { of: 'search'; q: string };

/** Characters of a post, as the API has it. */
export const TEXT_LONGEST = 400;
const PAGE = 20;
export const POSTS = ['posts'] as const;
/** How often it is looked for new posts of those whom one does not follow: of the others the account is told. */
const LOOK_EVERY_MS = 30_000;

function fetchPosts(source: Source, limit: number, cursor?: string): Promise<PostPage> {
  const page = { limit, cursor };
  if (source.of === 'following') return ask(api.GET('/timeline', { params: { query: page } }));
  const author = source.of === 'person' ? source.username : undefined;
  const q = source.of === 'search' ? source.q : undefined;
  return ask(api.GET('/posts', { params: { query: { ...page, author, q } } }));
}

export const postList = (source: Source) =>
  infiniteQueryOptions({
    queryKey: [...POSTS, 'list', source],
    queryFn: ({ pageParam }) => fetchPosts(source, PAGE, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchOnWindowFocus: false,
  });

/**
 * What may be above all that is shown: what the account was told of (announcePost), or, of those whose posts it is not
 * told, the newest one, which is looked for until it is news.
 */
export const newestPosts = (source: Source, looks: boolean, isNews: (posts: Post[]) => boolean) =>
  queryOptions({
    queryKey: [...POSTS, 'newest', source],
    queryFn: async () => (await fetchPosts(source, 1)).items,
    enabled: looks,
    refetchInterval: ({ state }) => (isNews(state.data ?? []) ? false : LOOK_EVERY_MS),
  });

/** Puts a post that the account was told of at the top of what is new, wherever it belongs. */
export function announcePost(queryClient: QueryClient, post: Post): void {
  for (const { queryKey } of queryClient.getQueryCache().findAll({ queryKey: [...POSTS, 'newest'] })) {
    const [, , source] = queryKey as readonly ['posts', 'newest', Source];
    const { id, username } = post.author;
    if (source.of === 'search' || (source.of === 'person' && ![id, username].includes(source.username))) continue;
    queryClient.setQueryData<Post[]>(queryKey, (posts = []) => [post, ...posts.filter((one) => one.id !== post.id)]);
  }
}

export const postQuery = (id: string) =>
  queryOptions({
    queryKey: [...POSTS, 'one', id],
    queryFn: () => ask(api.GET('/posts/{id}', { params: { path: { id } } })),
  });

export const refreshPosts = (queryClient: QueryClient): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: POSTS });

/** Changes a post wherever it is shown. */
function replacePost(queryClient: QueryClient, id: string, change: Partial<Post>): void {
  queryClient.setQueryData<Post>(postQuery(id).queryKey, (post) => post && { ...post, ...change });
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
    // One after the other: of two quick clicks the last one counts.
    scope: { id: `like ${id}` },
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
    queryKey: ['people', 'one', username],
    queryFn: () => ask(api.GET('/users/{username}', { params: { path: { username } } })),
  });

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => ask(api.GET('/users/me')) });
