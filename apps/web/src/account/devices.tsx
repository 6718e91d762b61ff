import { useMutation } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../api/client';
import { signOut } from '../session/sign-out';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { Pages, usePages } from '../ui/pages';
import { Section } from '../ui/section';
import { sayFailed } from '../ui/toasts';
import { useChange } from '../ui/use-change';
import { ago, device, when } from '../words/format';
import { words } from '../words/words';

const KEY = ['sessions'];

/** Where the account is signed in, with a way to end each. */
export function Devices() {
  const query = usePages(KEY, (cursor) => ask(api.GET('/auth/sessions', { params: { query: { cursor } } })));
  const everywhere = useMutation({ mutationFn: () => signOut(true), onError: sayFailed });
  return (
    <Section
      id="devices"
      title={words.account.devices}
      hint={words.account.devicesHint}
      action={
        <Button small danger title={words.account.signOutAllHint} onClick={() => everywhere.mutate()}>
          {words.account.signOutAll}
        </Button>
      }
    >
      <Pages query={query} empty={null}>
        {(sessions) => (
          <ul className="lines">
            {sessions.map((session) => (
              <Device key={session.id} session={session} />
            ))}
          </ul>
        )}
      </Pages>
    </Section>
  );
}

function Device({ session }: { session: Schemas['Session'] }) {
  const { mutate, isPending } = useChange(
    () => ask(api.DELETE('/auth/sessions/{id}', { params: { path: { id: session.id } } })),
    KEY,
    words.account.signedOutThere,
  );
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
