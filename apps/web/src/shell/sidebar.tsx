import { Link } from '@tanstack/react-router';
import type { User } from '../api/session';
import icon from '../icon.svg';
import { Unread } from '../notifications/unread';
import { Icon } from '../ui/icon';
import { words } from '../words/words';
import { AccountMenu } from './account-menu';
import { ADMIN_PAGES, isAdmin, PAGES, type Page } from './pages';

function NavLink({ to, icon: drawing, label }: Page) {
  return (
    <Link to={to} className="nav-link" activeOptions={{ exact: to === '/' || to === '/admin', includeSearch: false }}>
      <Icon name={drawing} />
      <span className="grow">{label}</span>
      {to === '/notifications' && <Unread />}
    </Link>
  );
}

export function Sidebar({ user }: { user: User }) {
  return (
    <aside className="side">
      <Link to="/" className="brand">
        <img src={icon} alt="" />
        {words.product}
      </Link>
      <nav className="nav" aria-label={words.nav.main}>
        {PAGES.map((page) => (
          <NavLink key={page.to} {...page} />
        ))}
        {isAdmin(user) && (
          <>
            <div className="nav-title">{words.nav.admin}</div>
            {ADMIN_PAGES.map((page) => (
              <NavLink key={page.to} {...page} />
            ))}
          </>
        )}
      </nav>
      <div className="side-foot">
        <AccountMenu user={user} />
      </div>
    </aside>
  );
}
