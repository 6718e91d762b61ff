import { Outlet, useRouter } from '@tanstack/react-router';
import { Fragment, useEffect, useRef } from 'react';
import { useLiveNews } from '../live/use-live-news';
import { useSession } from '../session/use-session';
import { DropAnywhere } from '../uploads/drop-anywhere';
import { UploadTray } from '../uploads/tray';
import { words } from '../words/words';
import { Arrival } from './arrival';
import { Banner } from './banner';
import { Sidebar } from './sidebar';
import { Tabs } from './tabs';

/** The frame of every page behind the sign-in. */
export function Shell() {
  const session = useSession();
  const router = useRouter();
  const content = useRef<HTMLElement>(null);
  const isOut = session.is === 'out';
  // Signed out here, in another tab, or from another device.
  useEffect(() => {
    if (!isOut) return;
    const { pathname, href } = router.state.location;
    void router.navigate({ to: '/login', search: { next: pathname === '/' ? undefined : href }, replace: true });
  }, [isOut, router]);
  useLiveNews();
  if (session.is !== 'in') return null;
  // Of another account's page nothing stays, not even what was chosen.
  return (
    <Fragment key={session.user.id}>
      <a href="#content" className="button skip">
        {words.common.skip}
      </a>
      <div className="shell">
        <Sidebar user={session.user} />
        <div>
          <Banner />
          <main ref={content} id="content" className="main" tabIndex={-1}>
            <Outlet />
          </main>
        </div>
        <Tabs user={session.user} />
      </div>
      <Arrival content={content} />
      <UploadTray />
      <DropAnywhere />
    </Fragment>
  );
}
