import { useState } from 'react';
import { api, ask, type Schemas } from '../api/client';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { Pages, usePages } from '../ui/pages';
import { Section } from '../ui/section';
import { useChange } from '../ui/use-change';
import { ago, when } from '../words/format';
import { words } from '../words/words';
import { INVITATIONS, InviteDialog } from './invite-dialog';

/** Who was asked to join and has not yet. */
export function Invitations() {
  const [isInviting, setIsInviting] = useState(false);
  const query = usePages(INVITATIONS, (cursor) =>
    ask(api.GET('/tenant/invitations', { params: { query: { cursor } } })),
  );
  return (
    <Section
      id="invitations"
      title={words.team.invitations}
      hint={words.team.invitationsHint}
      action={
        <Button small kind="primary" onClick={() => setIsInviting(true)}>
          {words.team.invite}
        </Button>
      }
    >
      <Pages query={query} empty={<p className="body muted">{words.team.noInvitations}</p>}>
        {(invitations) => (
          <ul className="lines">
            {invitations.map((invitation) => (
              <InvitationLine key={invitation.id} invitation={invitation} />
            ))}
          </ul>
        )}
      </Pages>
      {isInviting && <InviteDialog onClose={() => setIsInviting(false)} />}
    </Section>
  );
}

function InvitationLine({ invitation: { id, email, role, expiresAt } }: { invitation: Schemas['Invitation'] }) {
  const withdraw = useChange(
    () => ask(api.DELETE('/tenant/invitations/{id}', { params: { path: { id } } })),
    INVITATIONS,
    words.team.withdrawn,
  );
  return (
    <li className="wrap">
      <Icon name="mail" size={22} />
      <div className="grow line-text">
        <div className="truncate">
          <strong>{email}</strong>
        </div>
        <div className="muted small truncate" title={when(expiresAt)}>
          {words.account.role[role]} · {words.team.expires(ago(expiresAt))}
        </div>
      </div>
      <Button small disabled={withdraw.isPending} onClick={() => withdraw.mutate()}>
        {words.team.withdraw}
        <span className="hidden-text">{email}</span>
      </Button>
    </li>
  );
}
