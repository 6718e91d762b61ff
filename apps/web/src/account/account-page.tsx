import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { signOut } from '../session/sign-out';
import { useUser } from '../session/use-session';
import { useTheme } from '../shell/theme';
import { Button } from '../ui/button';
import { Segments } from '../ui/segments';
import { sayFailed } from '../ui/toasts';
import { when } from '../words/format';
import { words } from '../words/words';
import { Devices } from './devices';
import { ProfileDialog } from './profile-dialog';
import { Usage } from './usage';

export function AccountPage() {
  return (
    <div className="page narrow stack">
      <div className="page-head">
        <h1>{words.account.title}</h1>
        <SignOutButton />
      </div>
      <Profile />
      <Usage />
      <Devices />
    </div>
  );
}

function SignOutButton() {
  const { mutate, isPending } = useMutation({ mutationFn: () => signOut(), onError: sayFailed });
  return (
    <Button icon="signOut" disabled={isPending} onClick={() => mutate()}>
      {words.nav.signOut}
    </Button>
  );
}

function Profile() {
  const [isEditing, setIsEditing] = useState(false);
  const user = useUser();
  const [theme, choose] = useTheme();
  return (
    <section className="card">
      <ul className="lines">
        <li className="wrap">
          <span className="avatar" aria-hidden="true">
            {user.email.slice(0, 1).toUpperCase()}
          </span>
          <div className="grow">
            <div className="truncate">
              <strong>{user.username ?? user.email}</strong>
            </div>
            <div className="muted small truncate">
              {user.username === null ? '' : `${user.email} · `}
              {words.account.memberSince(when(user.createdAt))}
            </div>
          </div>
          <span className="badge">{words.account.role[user.tenantRole]}</span>
          {user.role === 'ADMIN' && <span className="badge accent">{words.account.administrator}</span>}
          <Button small onClick={() => setIsEditing(true)}>
            {words.account.editProfile}
          </Button>
        </li>
        <li>
          <span className="grow">{words.account.appearance}</span>
          <Segments
            label={words.nav.theme}
            value={theme}
            onChange={choose}
            options={[
              ['system', words.nav.themes.system],
              ['light', words.nav.themes.light],
              ['dark', words.nav.themes.dark],
            ]}
          />
        </li>
      </ul>
      {isEditing && <ProfileDialog onClose={() => setIsEditing(false)} />}
    </section>
  );
}
