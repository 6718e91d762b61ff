import { useLocation } from '@tanstack/react-router';
import { useEffect, useState, useSyncExternalStore, type RefObject } from 'react';
import { subscribe } from './title';

/** After a link there is no new page for the browser to announce: its title is said here, and the keyboard goes on in it. */
export function Arrival({ content }: { content: RefObject<HTMLElement | null> }) {
  const pathname = useLocation({ select: (location) => location.pathname });
  const title = useSyncExternalStore(subscribe, () => document.title);
  const [shown, setShown] = useState(pathname);
  const [hasMoved, setHasMoved] = useState(false);
  if (shown !== pathname) {
    setShown(pathname);
    setHasMoved(true);
  }
  useEffect(() => {
    // A field of the page may have it already.
    if (hasMoved && !content.current?.contains(document.activeElement)) content.current?.focus({ preventScroll: true });
  }, [pathname, hasMoved, content]);
  return (
    <p className="hidden-text" role="status">
      {hasMoved && title}
    </p>
  );
}
