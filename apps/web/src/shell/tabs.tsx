import { Link } from '@tanstack/react-router';
import type { User } from '../api/session';
import { Unread } from '../notifications/unread';
import { Icon } from '../ui/icon';
import { words } from '../words/words';
import { ACCOUNT_PAGE, ADMIN_PAGES, isAdmin, PHONE_PAGES } from './pages';

/** On a phone, in the sidebar's place. */
export function Tabs({ user }: { user: User }) {
  const [adminHome] = ADMIN_PAGES;
  const admin =
    isAdmin(user) && adminHome ? [{ ...adminHome, icon: 'gear' as const, label: words.nav.adminShort }] : [];
  return (
    <nav className="tabs" aria-label={words.nav.main}>
      {[...PHONE_PAGES, ...admin, ACCOUNT_PAGE].map(({ to, icon, label }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
          <Icon name={icon} size={21} />
          {label}
          {to === '/notifications' && <Unread />}
        </Link>
      ))}
    </nav>
  );
}
