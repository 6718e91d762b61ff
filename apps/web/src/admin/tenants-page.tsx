import { useState } from 'react';
import { UsageBars } from '../account/usage';
import { api, ask, type Schemas } from '../api/client';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { Pages, usePages } from '../ui/pages';
import { Empty } from '../ui/state';
import { useChange } from '../ui/use-change';
import { day } from '../words/format';
import { words } from '../words/words';
import { LimitsDialog } from './limits-dialog';
import { TextFilter } from './text-filter';

type Tenant = Schemas['TenantEntry'];

/** Who uses the installation, how much, and how much they may. */
export function TenantsPage() {
  const [search, setSearch] = useState<string>();
  const query = usePages(['tenants', search], (cursor) =>
    ask(api.GET('/admin/tenants', { params: { query: { search, limit: 20, cursor } } })),
  );
  return (
    <div className="page stack">
      <div className="page-head">
        <h1>{words.nav.tenants}</h1>
        <TextFilter label={words.common.search} value={search} onSet={setSearch} />
      </div>
      <Pages
        query={query}
        skeleton={{ lines: 6, height: 40 }}
        empty={<Empty icon="tenants" title={words.library.nothingFound} />}
      >
        {(tenants) => tenants.map((tenant) => <TenantCard key={tenant.id} tenant={tenant} />)}
      </Pages>
    </div>
  );
}

function TenantCard({ tenant }: { tenant: Tenant }) {
  const [asks, setAsks] = useState<'limits' | 'suspend'>();
  const { id, name, createdAt, suspendedAt, members, usage } = tenant;
  const suspend = useChange(() => {
    const params = { path: { id } };
    return ask(
      suspendedAt === null
        ? api.POST('/admin/tenants/{id}/suspend', { params })
        : api.POST('/admin/tenants/{id}/unsuspend', { params }),
    );
  }, ['tenants']);
  return (
    <section className="card" aria-label={name}>
      <header>
        <div className="grow">
          <div className="row">
            <h2 className="truncate">{name}</h2>
            {suspendedAt !== null && <span className="badge danger">{words.admin.suspended}</span>}
          </div>
          <p className="muted small">
            {words.admin.members(members)} · {words.admin.since(day(createdAt))}
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
      {asks === 'suspend' && (
        <ConfirmDialog
          title={words.admin.suspendAsk(name)}
          hint={words.admin.suspendHint}
          act={words.admin.suspend}
          isPending={suspend.isPending}
          onConfirm={() => suspend.mutate(undefined, { onSuccess: () => setAsks(undefined) })}
          onClose={() => setAsks(undefined)}
        />
      )}
    </section>
  );
}
