import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../api/client';
import { signOut } from '../session/sign-out';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { Failed, SkeletonLines } from '../ui/state';
import { say, sayFailed } from '../ui/toasts';
import { ago, device, when } from '../words/format';
import { words } from '../words/words';

const KEY = ['sessions'];

/** Where the account is signed in, with a way to end each. */
export function Devices() {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: KEY,
    queryFn: ({ pageParam }) => ask(api.GET('/auth/sessions', { params: { query: { cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  const everywhere = useMutation({ mutationFn: () => signOut(true), onError: sayFailed });
  const sessions = data?.pages.flatMap(({ items }) => items);
  return (
    <section className="card" aria-labelledby="devices">
      <header>
        <div>
          <h2 id="devices">{words.account.devices}</h2>
          <p className="muted small">{words.account.devicesHint}</p>
        </div>
        <Button small danger title={words.account.signOutAllHint} onClick={() => everywhere.mutate()}>
          {words.account.signOutAll}
        </Button>
      </header>
      {isPending && (
        <div className="body">
          <SkeletonLines />
        </div>
      )}
      {error && <Failed error={error} retry={() => void refetch()} />}
      {sessions && (
        <ul className="lines">
          {sessions.map((session) => (
            <Device key={session.id} session={session} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <div className="body">
          <Button small onClick={() => void fetchNextPage()}>
            {words.common.loadMore}
          </Button>
        </div>
      )}
    </section>
  );
}

function Device({ session }: { session: Schemas['Session'] }) {
  const queryClient = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: () => ask(api.DELETE('/auth/sessions/{id}', { params: { path: { id: session.id } } })),
    onSuccess: () => say(words.account.signedOutThere),
    onError: sayFailed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: KEY }),
  });
  return (
    <li>
      <Icon name="device" size={22} />
      <div className="grow">
        <div className="row">
          <strong className="truncate">{device(session.userAgent) ?? words.account.unknownDevice}</strong>
          {session.current && <span className="badge ok">{words.account.thisDevice}</span>}
        </div>
        <div className="muted small truncate" title={when(session.lastUsedAt)}>
          {words.account.lastUsed(ago(session.lastUsedAt))}
          {session.ip !== null && ` ${words.account.from(session.ip)}`}
        </div>
      </div>
      {!session.current && (
        <Button small onClick={() => mutate()} disabled={isPending}>
          {words.account.signOutThere}
        </Button>
      )}
    </li>
  );
}
