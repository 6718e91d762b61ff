import { Link, Outlet } from '@tanstack/react-router';
import { useUser } from '../session/use-session';
import { words } from '../words/words';
import { Forbidden } from './lost';
import { ADMIN_PAGES, isAdmin } from './pages';

/** The pages of administration; on a phone, where there is no sidebar, with a way from one to the other. */
export function AdminFrame() {
  if (!isAdmin(useUser())) return <Forbidden />;
  return (
    <>
      <nav className="admin-tabs" aria-label={words.nav.admin}>
        {ADMIN_PAGES.map(({ to, label }) => (
          <Link key={to} to={to} activeOptions={{ exact: to === '/admin', includeSearch: false }}>
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
