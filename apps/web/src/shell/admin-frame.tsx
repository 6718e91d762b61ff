import { Link, Outlet } from '@tanstack/react-router';
import { words } from '../words/words';
import { ADMIN_PAGES } from './pages';

/** The pages of administration; on a phone, where there is no sidebar, with a way from one to the other. */
export function AdminFrame() {
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
