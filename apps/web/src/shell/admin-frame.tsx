import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useUser } from '../session/use-session';
import { words } from '../words/words';
import { Forbidden } from './lost';
import { ADMIN_PAGES, isAdmin } from './pages';

/** The pages of administration; on a phone, where there is no sidebar, with a way from one to the other. */
export function AdminFrame() {
  const tabs = useRef<HTMLElement>(null);
  const pathname = useLocation({ select: (location) => location.pathname });
  // Narrower than all of them: the one where somebody is stays in sight.
  useEffect(() => {
    tabs.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  if (!isAdmin(useUser())) return <Forbidden />;
  return (
    <>
      <nav ref={tabs} className="admin-tabs" aria-label={words.nav.admin}>
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
