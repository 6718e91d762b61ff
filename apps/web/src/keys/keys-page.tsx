import { useState } from 'react';
import { api, ask, type Schemas } from '../api/client';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { Icon } from '../ui/icon';
import { Pages, usePages } from '../ui/pages';
import { Empty } from '../ui/state';
import { useChange } from '../ui/use-change';
import { ago, when } from '../words/format';
import { words } from '../words/words';
import { KeyDialog, KEYS } from './key-dialog';

/** What programs sign in with. */
export function KeysPage() {
  const [isMaking, setIsMaking] = useState(false);
  const query = usePages(KEYS, (cursor) => ask(api.GET('/api-keys', { params: { query: { cursor } } })));
  const make = (
    <Button kind="primary" onClick={() => setIsMaking(true)}>
      {words.keys.make}
    </Button>
  );
  const isEmpty = query.data?.pages[0]?.items.length === 0;
  return (
    <div className="page narrow stack">
      <div className="page-head">
        <div className="title">
          <h1>{words.nav.keys}</h1>
          <p className="muted">{words.keys.hint}</p>
        </div>
        {!isEmpty && make}
      </div>
      <section className="card" aria-label={words.nav.keys}>
        <Pages
          query={query}
          empty={
            <Empty icon="key" title={words.keys.none} action={make}>
              {words.keys.noneHint}
            </Empty>
          }
        >
          {(keys) => (
            <ul className="lines">
              {keys.map((key) => (
                <KeyLine key={key.id} apiKey={key} />
              ))}
            </ul>
          )}
        </Pages>
      </section>
      {isMaking && <KeyDialog onClose={() => setIsMaking(false)} />}
    </div>
  );
}

function KeyLine({
  apiKey: { id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt },
}: {
  apiKey: Schemas['ApiKey'];
}) {
  const [isAsked, setIsAsked] = useState(false);
  const revoke = useChange(
    () => ask(api.DELETE('/api-keys/{id}', { params: { path: { id } } })),
    KEYS,
    words.keys.revoked(name),
  );
  const facts = [
    lastUsedAt === null ? words.keys.neverUsed : words.account.lastUsed(ago(lastUsedAt)),
    expiresAt === null ? words.keys.noExpiry : words.keys.expires(ago(expiresAt)),
  ];
  return (
    <li className="wrap">
      <Icon name="key" size={22} />
      <div className="grow line-text">
        <div className="row wrap">
          <strong className="truncate">{name}</strong>
          {scopes.map((scope) => (
            <span key={scope} className="badge">
              {words.keys.scopes[scope]}
            </span>
          ))}
        </div>
        <div className="muted small" title={words.keys.made(when(createdAt))}>
          <code>{prefix}…</code> · {facts.join(' · ')}
        </div>
      </div>
      <Button small danger onClick={() => setIsAsked(true)}>
        {words.keys.revoke}
        <span className="hidden-text">{name}</span>
      </Button>
      {isAsked && (
        <ConfirmDialog
          title={words.keys.revokeAsk(name)}
          hint={words.keys.revokeHint}
          act={words.keys.revoke}
          isPending={revoke.isPending}
          onConfirm={() => revoke.mutate(undefined, { onSettled: () => setIsAsked(false) })}
          onClose={() => setIsAsked(false)}
        />
      )}
    </li>
  );
}
