import { useState } from 'react';
import { api, ask, type Schemas } from '../api/client';
import { useUser } from '../session/use-session';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { Pages, usePages } from '../ui/pages';
import { Section } from '../ui/section';
import { useChange } from '../ui/use-change';
import { day } from '../words/format';
import { words } from '../words/words';
import { ROLE_OPTIONS, roleOf, type Role } from './roles';

const KEY = ['tenant', 'members'];

/** Who is in the team; owners say who may do what, and who is in it no longer. */
export function Members({ mayChange }: { mayChange: boolean }) {
  const user = useUser();
  const query = usePages(KEY, (cursor) => ask(api.GET('/tenant/members', { params: { query: { cursor } } })));
  return (
    <Section id="members" title={words.team.members} hint={words.team.membersHint}>
      <Pages query={query} empty={null}>
        {(members) => (
          <ul className="lines">
            {members.map((member) => (
              <MemberLine
                key={member.id}
                member={member}
                isMe={member.id === user.id}
                mayChange={mayChange && member.id !== user.id}
              />
            ))}
          </ul>
        )}
      </Pages>
    </Section>
  );
}

interface MemberLineProps {
  member: Schemas['Member'];
  isMe: boolean;
  mayChange: boolean;
}

function MemberLine({ member: { id, email, username, role, createdAt }, isMe, mayChange }: MemberLineProps) {
  const [isAsked, setIsAsked] = useState(false);
  const params = { path: { id } };
  const change = useChange((to: Role) => ask(api.PATCH('/tenant/members/{id}', { params, body: { role: to } })), KEY);
  const remove = useChange(() => ask(api.DELETE('/tenant/members/{id}', { params })), KEY, words.team.removed(email));
  return (
    <li className="wrap">
      <img className="avatar" src={`/avatars/${id}/64`} alt="" width={36} height={36} />
      <div className="grow line-text">
        <div className="row">
          <strong className="truncate">{username ?? email}</strong>
          {isMe && <span className="badge ok">{words.team.you}</span>}
        </div>
        <div className="muted small truncate">
          {username === null ? '' : `${email} · `}
          {words.account.memberSince(day(createdAt))}
        </div>
      </div>
      {mayChange ? (
        <div className="row">
          <select
            className="input small"
            aria-label={words.team.roleOf(email)}
            value={change.isPending ? change.variables : role}
            disabled={change.isPending}
            onChange={({ target }) => change.mutate(roleOf(target.value))}
          >
            {ROLE_OPTIONS.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
          <Button small danger onClick={() => setIsAsked(true)}>
            {words.common.remove}
            <span className="hidden-text">{email}</span>
          </Button>
        </div>
      ) : (
        <span className="badge">{words.account.role[role]}</span>
      )}
      {isAsked && (
        <ConfirmDialog
          title={words.team.removeAsk(email)}
          hint={words.team.removeHint}
          act={words.common.remove}
          isPending={remove.isPending}
          onConfirm={() => remove.mutate(undefined, { onSettled: () => setIsAsked(false) })}
          onClose={() => setIsAsked(false)}
        />
      )}
    </li>
  );
}
