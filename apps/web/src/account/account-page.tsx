import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { meQuery } from '../feed/queries';
import { signOut } from '../session/sign-out';
import { useUser } from '../session/use-session';
import { SELDOM_PAGES } from '../shell/pages';
import { useTheme } from '../shell/theme';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { Segments } from '../ui/segments';
import { sayFailed } from '../ui/toasts';
import { day } from '../words/format';
import { words } from '../words/words';
import { Devices } from './devices';
import { OwnData } from './own-data';
import { ProfileDialog } from './profile-dialog';
import { SignInDetails } from './sign-in-details';
import { Usage } from './usage';

export function AccountPage() {
  return (
    <div className="page narrow stack">
      <div className="page-head">
        <h1>{words.account.title}</h1>
        <SignOutButton />
      </div>
      <Profile />
      <SeldomPages />
      <Usage />
      <SignInDetails />
      <Devices />
      <OwnData />
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

/** On a phone, where there is no sidebar. */
function SeldomPages() {
  return (
    <nav className="card phone-only" aria-label={words.common.more}>
      <ul className="lines">
        {SELDOM_PAGES.map(({ to, icon, label }) => (
          <li key={to}>
            <Icon name={icon} />
            <Link to={to} className="grow line-link">
              {label}
            </Link>
            <Icon name="right" />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Profile() {
  const [isEditing, setIsEditing] = useState(false);
  const user = useUser();
  const { data: me } = useQuery(meQuery);
  const [theme, choose] = useTheme();
  const name = me?.displayName ?? user.username;
  return (
    <section className="card" aria-label={words.account.profile}>
      <ul className="lines">
        <li className="wrap">
          <img className="avatar" src={me?.avatarUrl ?? `/avatars/${user.id}/128`} alt="" width={36} height={36} />
          <div className="grow line-text">
            <div className="truncate">
              <strong>{name ?? user.email}</strong>
            </div>
            <div className="muted small truncate">
              {name === null ? '' : `${user.email} · `}
              {words.account.memberSince(day(user.createdAt))}
            </div>
          </div>
          <span className="badge">{words.account.role[user.tenantRole]}</span>
          {user.role === 'ADMIN' && <span className="badge accent">{words.account.administrator}</span>}
          <Button small onClick={() => setIsEditing(true)}>
            {words.account.editProfile}
          </Button>
        </li>
        <li className="wrap">
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
