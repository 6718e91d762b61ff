import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { UsageBars } from '../account/usage';
import { api, ask, type Schemas } from '../api/client';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Empty, Failed, SkeletonLines } from '../ui/state';
import { sayFailed } from '../ui/toasts';
import { when } from '../words/format';
import { words } from '../words/words';
import { LimitsDialog } from './limits-dialog';
import { TextFilter } from './text-filter';

type Tenant = Schemas['TenantEntry'];

/** Who uses the installation, how much, and how much they may. */
export function TenantsPage() {
  const [search, setSearch] = useState<string>();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['tenants', search],
    queryFn: ({ pageParam }) =>
      ask(api.GET('/admin/tenants', { params: { query: { search, limit: 20, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  const tenants = data?.pages.flatMap(({ items }) => items);
  return (
    <div className="page stack">
      <div className="page-head">
        <h1>{words.nav.tenants}</h1>
        <TextFilter label={words.common.search} value={search} onSet={setSearch} />
      </div>
      {!data && error && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <SkeletonLines lines={6} height={40} />}
      {tenants?.length === 0 && <Empty icon="tenants" title={words.library.nothingFound} />}
      {tenants?.map((tenant) => (
        <TenantCard key={tenant.id} tenant={tenant} />
      ))}
      {hasNextPage && (
        <div className="more">
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {words.common.loadMore}
          </Button>
        </div>
      )}
    </div>
  );
}

function TenantCard({ tenant }: { tenant: Tenant }) {
  const [asks, setAsks] = useState<'limits' | 'suspend'>();
  const { id, name, createdAt, suspendedAt, members, usage } = tenant;
  const queryClient = useQueryClient();
  const suspend = useMutation({
    mutationFn: () => {
      const params = { path: { id } };
      return ask(
        suspendedAt === null
          ? api.POST('/admin/tenants/{id}/suspend', { params })
          : api.POST('/admin/tenants/{id}/unsuspend', { params }),
      );
    },
    onSuccess: () => setAsks(undefined),
    onError: sayFailed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['tenants'] }),
  });
  return (
    <section className="card" aria-label={name}>
      <header>
        <div className="grow">
          <div className="row">
            <h2 className="truncate">{name}</h2>
            {suspendedAt !== null && <span className="badge danger">{words.admin.suspended}</span>}
          </div>
          <p className="muted small">
            {words.admin.members(members)} · {words.admin.since(when(createdAt))}
          </p>
        </div>
        <Button small onClick={() => setAsks('limits')}>
          {words.admin.limits}
        </Button>
        <Button
          small
          danger={suspendedAt === null}
          disabled={suspend.isPending}
          onClick={() => (suspendedAt === null ? setAsks('suspend') : suspend.mutate())}
        >
          {suspendedAt === null ? words.admin.suspend : words.admin.unsuspend}
        </Button>
      </header>
      <div className="body">
        <UsageBars usage={usage} />
      </div>
      {asks === 'limits' && <LimitsDialog tenant={tenant} onClose={() => setAsks(undefined)} />}
      <Dialog
        open={asks === 'suspend'}
        onClose={() => setAsks(undefined)}
        title={words.admin.suspendAsk(name)}
        description={words.admin.suspendHint}
        actions={
          <>
            <Button onClick={() => setAsks(undefined)}>{words.common.cancel}</Button>
            <Button kind="primary" danger disabled={suspend.isPending} onClick={() => suspend.mutate()}>
              {words.admin.suspend}
            </Button>
          </>
        }
      />
    </section>
  );
}
